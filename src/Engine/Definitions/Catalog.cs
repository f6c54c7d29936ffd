using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>
/// Everything that a file may name, by (kind, name): every concrete type with a <see cref="KerasNameAttribute"/>, filed under each
/// of its abstract base types in the same assembly. Nothing is registered by hand, and nothing outside the kind's own assembly can
/// be named.
/// </summary>
public static class Catalog
{
    private static readonly ConcurrentDictionary<Assembly, FrozenDictionary<Type, FrozenDictionary<string, Type>>> Assemblies = new();

    /// <summary>The type of a kind that goes by a name or alias, or null.</summary>
    public static Type? Find(Type kind, string name) =>
        KindsBeside(kind).TryGetValue(kind, out var names) && names.TryGetValue(name, out var type) ? type : null;

    /// <summary>All names and aliases of a kind, sorted.</summary>
    public static IEnumerable<string> NamesOf(Type kind) =>
        KindsBeside(kind).TryGetValue(kind, out var names) ? names.Keys.Order(StringComparer.Ordinal) : [];

    /// <summary>All types of a kind, by name.</summary>
    public static IEnumerable<Type> TypesOf(Type kind) =>
        KindsBeside(kind).TryGetValue(kind, out var names) ? names.Values.Distinct().OrderBy(NameOf, StringComparer.Ordinal) : [];

    /// <summary>Whether anything is filed under this type: it is a kind.</summary>
    public static bool IsKind(Type type) => type.IsAbstract && KindsBeside(type).ContainsKey(type);

    /// <summary>The name that is written for a type of the catalog.</summary>
    public static string NameOf(Type type) =>
        type.GetCustomAttribute<KerasNameAttribute>(inherit: false)?.Name ?? type.Name;

    private static FrozenDictionary<Type, FrozenDictionary<string, Type>> KindsBeside(Type kind) => Assemblies.GetOrAdd(kind.Assembly, Read);

    private static FrozenDictionary<Type, FrozenDictionary<string, Type>> Read(Assembly assembly)
    {
        var kinds = new Dictionary<Type, Dictionary<string, Type>>();
        foreach (var type in assembly.GetTypes())
        {
            if (!type.IsClass || type.IsAbstract || type.GetCustomAttribute<KerasNameAttribute>(inherit: false) is not { } name)
            {
                continue;
            }

            for (var kind = type.BaseType; kind is { IsAbstract: true } && kind.Assembly == assembly; kind = kind.BaseType)
            {
                if (!kinds.TryGetValue(kind, out var names))
                {
                    kinds[kind] = names = new Dictionary<string, Type>(StringComparer.Ordinal);
                }

                foreach (var alias in name.Aliases.Prepend(name.Name))
                {
                    if (!names.TryAdd(alias, type))
                    {
                        throw new InvalidOperationException($"{kind.Name} has two types of the name '{alias}': {names[alias]} and {type}.");
                    }
                }
            }
        }

        return kinds.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
