using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Tests.Saving;

public class StateWriterTests
{
    [Fact]
    public void StatesAreWrittenInTheirOrderBesideWhoGaveThem()
    {
        using var writer = new StateWriter();
        using var begun = new ManualResetEventSlim();
        var order = new List<int>();

        writer.Write(new SavedState(), _ =>
        {
            begun.Wait();
            order.Add(1);
        });
        writer.Write(new SavedState(), _ => order.Add(2));
        var before = order.Count;
        begun.Set();
        writer.Wait();

        Assert.Equal(0, before);
        Assert.Equal([1, 2], order);
    }

    [Fact]
    public void WhatFollowsAStateThatCouldNotBeWrittenIsNotWrittenAndItIsToldOnce()
    {
        using var writer = new StateWriter();
        using var begun = new ManualResetEventSlim();
        var second = false;
        writer.Write(new SavedState(), _ =>
        {
            begun.Wait();
            throw new IOException("no room");
        });
        writer.Write(new SavedState(), _ => second = true);
        begun.Set();

        Assert.Equal("no room", Assert.Throws<IOException>(writer.Wait).Message);
        Assert.False(second);
        writer.Wait();
    }
}
