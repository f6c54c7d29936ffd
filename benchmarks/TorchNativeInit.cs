using System.Runtime.CompilerServices;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Benchmarks;

internal static class TorchNativeInit
{
    [ModuleInitializer]
    internal static void Run() => TorchNative.EnsureLoaded();
}
