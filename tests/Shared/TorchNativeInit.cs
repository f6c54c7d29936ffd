using System.Runtime.CompilerServices;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Tests;

/// <summary>A test's first line may be torch's: a module initializer of the engine would come too late for it.</summary>
internal static class TorchNativeInit
{
    [ModuleInitializer]
    internal static void Run() => TorchNative.EnsureLoaded(new TorchNativeOptions { SharedCores = true });
}
