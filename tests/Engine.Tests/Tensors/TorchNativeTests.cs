using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Tests.Tensors;

public class TorchNativeTests
{
    [Fact]
    public void TorchWorksInTheFirstLineOfATest()
    {
        using var _ = torch.NewDisposeScope();

        Assert.Equal(6, torch.ones(2, 3).sum().item<float>());
    }

    [Fact]
    public void LoadingAgainFromManyThreadsDoesNothing() =>
        Parallel.For(0, 16, _ => TorchNative.EnsureLoaded());

    [Fact]
    public void ThreadsCanBeNamedLater()
    {
        var threads = torch.get_num_threads();

        TorchNative.EnsureLoaded(new TorchNativeOptions { Threads = threads }); // the same, for other tests are running

        Assert.Equal(threads, torch.get_num_threads());
    }
}
