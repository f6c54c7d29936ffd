using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata.Ecma335;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>
/// Everything that a file may name, by (kind, name): every concrete type with a <see cref="KerasNameAttribute"/>, filed under each
/// of its abstract base types in the same assembly. Nothing is registered by hand, and nothing outside the kind's own assembly can
/// be named.
/// </summary>
public static class Catalog
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<int, Dictionary<string, int>>> Assemblies = new();

    /// <summary>The type of a kind that goes by a name or alias, or null.</summary>
    public static Type? Find(Type kind, string name) => NamesBeside(kind) is { } names && names.TryGetValue(name, out var token) ? Resolve(kind, token) : null;

    /// <summary>All names and aliases of a kind, sorted.</summary>
    public static IEnumerable<string> NamesOf(Type kind) => NamesBeside(kind)?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>();

    /// <summary>All types of a kind, by name.</summary>
    public static IEnumerable<Type> TypesOf(Type kind) =>
        NamesBeside(kind)?.Values.Distinct().Select(token => Resolve(kind, token)).OrderBy(NameOf, StringComparer.Ordinal) ?? Enumerable.Empty<Type>();

    /// <summary>Whether anything is filed under this type: it is a kind.</summary>
    public static bool IsKind(Type type) => type.IsAbstract && NamesBeside(type) is not null;

    /// <summary>The name that is written for a type of the catalog.</summary>
    public static string NameOf(Type type) =>
        type.GetCustomAttribute<KerasNameAttribute>(inherit: false)?.Name ?? type.Name;

    /// <summary>The names of a kind, each with its type's token.</summary>
    private static Dictionary<string, int>? NamesBeside(Type kind) =>
        Assemblies.GetOrAdd(kind.Assembly, Read).GetValueOrDefault((kind.IsGenericType ? kind.GetGenericTypeDefinition() : kind).MetadataToken);

    private static Type Resolve(Type kind, int token) => kind.Assembly.ManifestModule.ResolveType(token);

    private static Dictionary<int, Dictionary<string, int>> Read(Assembly assembly)
    {
        var kinds = new Dictionary<int, Dictionary<string, int>>();
        foreach (var (type, names, bases) in new NamedTypes(assembly).All())
        {
            foreach (var kind in bases.Select(kind => MetadataTokens.GetToken(kind)))
            {
                if (!kinds.TryGetValue(kind, out var known))
                {
                    kinds[kind] = known = new Dictionary<string, int>(StringComparer.Ordinal);
                }

                foreach (var name in names)
                {
                    if (!known.TryAdd(name, MetadataTokens.GetToken(type)))
                    {
                        throw new InvalidOperationException($"{assembly.ManifestModule.ResolveType(kind).Name} has two types of the name '{name}'.");
                    }
                }
            }
        }

        return kinds;
    }
}
