using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>The name by which files call a kind (<c>Dense</c>), an option (<c>beta_1</c>) or a choice (<c>valid</c>).</summary>
/// <remarks>
/// A kind without this attribute is not in the catalog. Options and choices without it go by their C# name in
/// snake_case. The attribute outlives a rename in code, so that users' files do too.
/// </remarks>
/// <param name="name">The name that is written.</param>
/// <param name="aliases">Other names that are read: Keras's own aliases and string identifiers.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class KerasNameAttribute(string name, params string[] aliases) : Attribute
{
    /// <summary>The name that is written.</summary>
    public string Name { get; } = name;

    /// <summary>Other names that are read.</summary>
    public IReadOnlyList<string> Aliases { get; } = aliases;
}

/// <summary>
/// An option that Keras has and this program refuses, by name, unless it is at its default (null or false); also one that a class
/// would have from its base, and has not.
/// </summary>
/// <param name="name">The option.</param>
/// <param name="reason">Why, as the end of a sentence: <c>sparse tensors are not supported</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RefusedOptionAttribute(string name, string reason) : Attribute
{
    /// <summary>The option.</summary>
    public string Name { get; } = name;

    /// <summary>Why it is refused.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A choice that people know from elsewhere and this program refuses, by name.</summary>
/// <param name="name">The choice.</param>
/// <param name="reason">Why, and what to write instead, as the end of a sentence.</param>
[AttributeUsage(AttributeTargets.Enum, AllowMultiple = true)]
public sealed class RefusedChoiceAttribute(string name, string reason) : Attribute
{
    /// <summary>The choice.</summary>
    public string Name { get; } = name;

    /// <summary>Why it is refused, and what to write instead.</summary>
    public string Reason { get; } = reason;
}

/// <summary>An option that is read from files and has no effect here, whatever its value: a hint to another backend.</summary>
/// <param name="name">The option.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IgnoredOptionAttribute(string name) : Attribute
{
    /// <summary>The option.</summary>
    public string Name { get; } = name;
}

/// <summary>Marks an option that is written only where it is set: one of old files, that today's Keras does not know.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WrittenWhereSetAttribute : Attribute;

/// <summary>Marks a property that is no option of the file.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotAnOptionAttribute : Attribute;

/// <summary>Marks a class of options that may be written as one scalar: the value of this option.</summary>
/// <param name="option">The option's name.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WrittenShortAttribute(string option) : Attribute
{
    /// <summary>The option's name.</summary>
    public string Option { get; } = option;
}

/// <summary>A limit on the number in an option, or on every number in its list.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class LimitAttribute : Attribute
{
    /// <summary>What would be right: <c>a number of at least 1</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Whether a value is within the limit.</summary>
    public abstract bool Allows(double value);

    /// <summary>Says it in a JSON Schema.</summary>
    public virtual void Describe(JsonObject schema)
    {
    }
}

/// <summary>The least value allowed.</summary>
/// <param name="least">The least value.</param>
public sealed class AtLeastAttribute(double least) : LimitAttribute
{
    /// <inheritdoc/>
    public override string Expected => $"a number of at least {FormattableString.Invariant($"{least}")}";

    /// <inheritdoc/>
    public override bool Allows(double value) => value >= least;

    /// <inheritdoc/>
    public override void Describe(JsonObject schema) => schema["minimum"] = least;
}

/// <summary>The greatest value allowed.</summary>
/// <param name="greatest">The greatest value.</param>
public sealed class AtMostAttribute(double greatest) : LimitAttribute
{
    /// <inheritdoc/>
    public override string Expected => $"a number of at most {FormattableString.Invariant($"{greatest}")}";

    /// <inheritdoc/>
    public override bool Allows(double value) => value <= greatest;

    /// <inheritdoc/>
    public override void Describe(JsonObject schema) => schema["maximum"] = greatest;
}

/// <summary>A value that must be exceeded.</summary>
/// <param name="limit">The value that is just not allowed.</param>
public sealed class AboveAttribute(double limit) : LimitAttribute
{
    /// <inheritdoc/>
    public override string Expected => $"a number above {FormattableString.Invariant($"{limit}")}";

    /// <inheritdoc/>
    public override bool Allows(double value) => value > limit;

    /// <inheritdoc/>
    public override void Describe(JsonObject schema) => schema["exclusiveMinimum"] = limit;
}

/// <summary>The least and the greatest value allowed.</summary>
/// <param name="least">The least value.</param>
/// <param name="greatest">The greatest value.</param>
public sealed class BetweenAttribute(double least, double greatest) : LimitAttribute
{
    /// <inheritdoc/>
    public override string Expected => FormattableString.Invariant($"a number from {least} to {greatest}");

    /// <inheritdoc/>
    public override bool Allows(double value) => value >= least && value <= greatest;

    /// <inheritdoc/>
    public override void Describe(JsonObject schema) => (schema["minimum"], schema["maximum"]) = (least, greatest);
}
