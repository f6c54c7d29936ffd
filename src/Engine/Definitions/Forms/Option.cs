using System.Reflection;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>One option of a kind: a property that a file may set.</summary>
internal sealed class Option
{
    private readonly LimitAttribute[] _limits;

    internal Option(PropertyInfo property)
    {
        var name = property.GetCustomAttribute<KerasNameAttribute>(inherit: false);
        Property = property;
        Name = name?.Name ?? SnakeCase.From(property.Name);
        Aliases = name?.Aliases ?? [];
        Old = property.GetCustomAttribute<OldWordsAttribute>();
        Required = property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;
        WrittenWhereSet = property.GetCustomAttribute<WrittenWhereSetAttribute>() is not null;
        Form = Form.Of(property);
        _limits = [.. property.GetCustomAttributes<LimitAttribute>()];
    }

    internal PropertyInfo Property { get; }

    internal string Name { get; }

    internal IReadOnlyList<string> Aliases { get; }

    /// <summary>What Keras 1 and 2 called it, where that was otherwise.</summary>
    internal OldWordsAttribute? Old { get; }

    internal bool Required { get; }

    internal bool WrittenWhereSet { get; }

    internal Form Form { get; }

    internal IReadOnlyList<LimitAttribute> Limits => _limits;

    internal bool TryRead(Node node, Reading reading, out object? value)
    {
        if (!Form.TryRead(node, reading, out value))
        {
            return false;
        }

        foreach (var limit in _limits)
        {
            foreach (var number in NumbersIn(value))
            {
                if (!limit.Allows(number))
                {
                    return reading.Fail(node, FormattableString.Invariant($"{reading.Last} is {number}, which is out of range."), limit.Expected);
                }
            }
        }

        return true;
    }

    private static IEnumerable<double> NumbersIn(object? value) => value switch
    {
        int number => [number],
        long number => [number],
        double number => [number],
        IEnumerable<int> numbers => numbers.Select(number => (double)number),
        IEnumerable<double> numbers => numbers,
        _ => [],
    };
}
