namespace ExperimentRunner.Engine.Operations;

/// <summary>The module of <c>keras.src.ops</c> in which Keras has an operation, where it is not <c>numpy</c>.</summary>
/// <param name="name">The module's name.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KerasModuleAttribute(string name) : Attribute
{
    /// <summary>The module's name.</summary>
    internal string Name => name;
}
