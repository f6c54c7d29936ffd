using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>An attribute that is to be written.</summary>
/// <param name="Texts">Its texts.</param>
/// <param name="IsList">Whether it is a list, or one text.</param>
/// <param name="IsUnicode">Whether it says that its bytes are Unicode.</param>
internal readonly record struct NewAttribute(IReadOnlyList<string> Texts, bool IsList, bool IsUnicode);

/// <summary>A group that is to be written: groups, arrays and attributes by name.</summary>
internal sealed class NewGroup
{
    private const int LargestAttribute = 64512;
    private const int TextReference = 16;

    /// <summary>The groups in it.</summary>
    internal SortedDictionary<string, NewGroup> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>The arrays in it.</summary>
    internal SortedDictionary<string, Tensor> Arrays { get; } = new(StringComparer.Ordinal);

    /// <summary>Its attributes; an empty list is written as Keras does, without a type of text.</summary>
    internal Dictionary<string, NewAttribute> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>The group at a path below this one, made where it is missing.</summary>
    internal NewGroup Group(string path)
    {
        var group = this;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!group.Groups.TryGetValue(name, out var inner))
            {
                group.Groups[name] = inner = new NewGroup();
            }

            group = inner;
        }

        return group;
    }

    /// <summary>Puts an array at a path below this group.</summary>
    internal void Add(string path, Tensor values)
    {
        var slash = path.LastIndexOf('/');
        (slash < 0 ? this : Group(path[..slash])).Arrays[path[(slash + 1)..]] = values;
    }

    /// <summary>Sets an attribute to a text.</summary>
    internal void Set(string attribute, string text) => Attributes[attribute] = new NewAttribute([text], IsList: false, IsUnicode: true);

    /// <summary>Sets an attribute to the bytes of a text, of which Keras does not say that they are Unicode.</summary>
    internal void SetBytes(string attribute, string text) => Attributes[attribute] = new NewAttribute([text], IsList: false, IsUnicode: false);

    /// <summary>Sets an attribute to the bytes of a list of texts; a list that is too large for one attribute becomes several, as Keras does it.</summary>
    internal void Set(string attribute, IReadOnlyList<string> texts)
    {
        var longest = Math.Max(TextReference, texts.Select(System.Text.Encoding.UTF8.GetByteCount).DefaultIfEmpty(0).Max());
        var most = LargestAttribute / longest;
        if (texts.Count <= most)
        {
            Attributes[attribute] = new NewAttribute(texts, IsList: true, IsUnicode: false);
            return;
        }

        var pieces = (texts.Count + most - 1) / most;
        var (size, rest) = Math.DivRem(texts.Count, pieces); // the first pieces have one more, as numpy.array_split
        var at = 0;
        for (var i = 0; i < pieces; i++)
        {
            var count = size + (i < rest ? 1 : 0);
            Attributes[$"{attribute}{i}"] = new NewAttribute([.. texts.Skip(at).Take(count)], IsList: true, IsUnicode: false);
            at += count;
        }
    }
}
