using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions.Forms;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>
/// How values of one type look in a file: it reads them, writes them and says what is expected. The type is the schema;
/// a form is made from it once.
/// </summary>
public abstract class Form
{
    private static readonly ConcurrentDictionary<Type, Form> Known = new();

    /// <summary>What belongs here, for a message: <c>a whole number</c>, <c>one of valid, same</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Reads a value; notes every mistake and says false when there is one.</summary>
    public abstract bool TryRead(Node node, Reading reading, out object? value);

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="source">What it was read from, if it was: scalars keep their spelling, and variables their names.</param>
    /// <param name="dialect">Whose manners to follow.</param>
    public abstract Node Write(object? value, Node? source, Dialect dialect);

    /// <summary>The JSON Schema of what may be written; anything, where the form does not say.</summary>
    /// <param name="book">Where parts that are used in many places are defined.</param>
    /// <param name="limits">The limits of its numbers.</param>
    public virtual JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => [];

    /// <summary>The form of a type.</summary>
    public static Form Of(Type type) => Known.GetOrAdd(type, Make);

    /// <summary>Whether a class has an option of this name, which has an effect.</summary>
    public static bool HasOption(Type type, string name) => OptionsForm.Of(type).Options.Any(option => option.Name == name);

    /// <summary>The form of a property: its type's, null where it may be null, and what its own attributes say.</summary>
    internal static Form Of(PropertyInfo property)
    {
        var type = property.PropertyType;
        var own = property.GetCustomAttributes().OfType<FormAttribute>().FirstOrDefault()?.FormOf(type);
        return Nullable.GetUnderlyingType(type) is { } inner ? new NullForm(own ?? Of(inner))
            : !type.IsValueType && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable ? new NullForm(own ?? Of(type))
            : own ?? Of(type);
    }

    private static Form Make(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return new NullForm(Of(inner));
        }

        if (type.GetCustomAttributes(inherit: false).OfType<FormAttribute>().FirstOrDefault() is { } attribute)
        {
            return attribute.FormOf(type);
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return new WholeNumberForm(type);
        }

        if (type == typeof(double))
        {
            return new NumberForm();
        }

        if (type == typeof(bool))
        {
            return new BooleanForm();
        }

        if (type == typeof(string))
        {
            return new TextForm();
        }

        if (type.IsEnum)
        {
            return new ChoiceForm(type);
        }

        if (typeof(Node).IsAssignableFrom(type))
        {
            return new NodeForm();
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return new ListForm(type.GetGenericArguments()[0]);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return new MapForm(type.GetGenericArguments()[1]);
        }

        if (Catalog.IsKind(type))
        {
            return new KindForm(type);
        }

        return type is { IsClass: true, IsAbstract: false }
            ? OptionsForm.Of(type)
            : throw new InvalidOperationException($"{type} has no form in files.");
    }
}

/// <summary>Gives a type or a property a form of its own.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property)]
public abstract class FormAttribute : Attribute
{
    /// <summary>The form, for a property or class of this type.</summary>
    public abstract Form FormOf(Type type);
}

/// <summary>Gives a type or a property the form <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The form.</typeparam>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property)]
public sealed class FormAttribute<T> : FormAttribute
    where T : Form, new()
{
    /// <inheritdoc/>
    public override Form FormOf(Type type) => new T();
}

/// <summary>A list with one number for each axis; a single number stands for all of them. Written as a list.</summary>
/// <param name="count">How many axes there are.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PerAxisAttribute(int count) : FormAttribute
{
    /// <inheritdoc/>
    public override Form FormOf(Type type) => new PerAxisForm(count);
}

/// <summary>A list with two numbers of at least 0 for each axis, before and after; one number stands for both, or for all.</summary>
/// <param name="axes">How many axes there are.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PerSideAttribute(int axes) : FormAttribute
{
    /// <inheritdoc/>
    public override Form FormOf(Type type) => new PerSideForm(axes);
}
