using System.Globalization;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Tests.Tensors;

public class ProcessorSharingTests
{
    [Theory]
    [InlineData("0-1", "cpu0,cpu1")]
    [InlineData("0,2-3,8", "cpu0,cpu2,cpu3,cpu8")]
    [InlineData("5", "cpu5")]
    public void TheProcessorsThatAProcessMayUseAreRead(string said, string names) =>
        Assert.Equal(names, string.Join(',', ProcessorSharing.Allowed(["Name:\trunner", $"Cpus_allowed_list:\t{said}"])));

    [Fact]
    public void TimesAreThoseOfItsOwnProcessors()
    {
        string[] stat = ["cpu  9 9 9 9 9 9 9 9 0 0", "cpu0 100 20 30 400 50 6 7 8 0 0", "cpu1 900 0 0 900 0 0 0 0 0 0", "cpu2 1 1 1 1 1 1 1 1 0 0", "intr 12"];

        Assert.Equal((1.71 + 0.06, 4.5 + 0.02), ProcessorSharing.Times(stat, new HashSet<string> { "cpu0", "cpu2" }));
    }

    [Fact]
    public void ThreadsSleepWhileOthersComputeAndSpinWhenTheyHaveBeenQuietForTwoSeconds()
    {
        TorchNative.EnsureLoaded();
        var (clock, busy, idle) = (new ClockByHand(), 0L, 0L);
        using var sharing = new ProcessorSharing(
            clock, ["cpu0", "cpu1"], () => [string.Create(CultureInfo.InvariantCulture, $"cpu0 {busy} 0 0 {idle} 0 0 0 0 0 0"), "cpu1 0 0 0 0 0 0 0 0 0 0"]);
        Assert.False(sharing.IsShared);

        Pass(seconds: 100, others: 1, free: 1);
        Assert.False(sharing.IsShared); // another program is at work, and there is room for both
        Pass(seconds: 100, others: 1, free: 0);
        Assert.True(sharing.IsShared);
        Pass(seconds: 700, others: 0, free: 1);
        Assert.True(sharing.IsShared);
        Pass(seconds: 100, others: 0, free: 1);
        Assert.False(sharing.IsShared);

        void Pass(int seconds, int others, int free)
        {
            for (; seconds > 0; seconds -= 100)
            {
                busy += 10_000 * others; // hundredths of a second; what this process itself needs meanwhile is too little to count
                idle += 10_000 * free;
                clock.Pass(TimeSpan.FromSeconds(100));
            }
        }
    }

    /// <summary>A clock whose one timer rings whenever it is moved.</summary>
    private sealed class ClockByHand : TimeProvider
    {
        private long _ticks;
        private Action _ring = () => { };

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ring = () => callback(state);
            return new Timer(_ => { }, null, Timeout.Infinite, Timeout.Infinite);
        }

        internal void Pass(TimeSpan time)
        {
            _ticks += time.Ticks;
            _ring();
        }
    }
}
