using System.Reflection;
using System.Reflection.Metadata;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>The types of an assembly that bear a <see cref="KerasNameAttribute"/>, without loading one of them.</summary>
/// <remarks>Reflection would load every type of the assembly: of the 50 ms that a small model's file may take, that is half.</remarks>
internal sealed class NamedTypes
{
    private const byte GenericInstance = 0x15;

    private readonly MetadataReader _reader;
    private readonly Dictionary<EntityHandle, bool> _isName = [];

    internal unsafe NamedTypes(Assembly assembly)
    {
        if (!assembly.TryGetRawMetadata(out var blob, out var length))
        {
            throw new InvalidOperationException($"{assembly} has no metadata.");
        }

        _reader = new MetadataReader(blob, length);
    }

    /// <summary>The concrete ones, each with its names and its abstract base types.</summary>
    internal IEnumerable<(TypeDefinitionHandle Type, IReadOnlyList<string> Names, IReadOnlyList<TypeDefinitionHandle> Bases)> All()
    {
        foreach (var handle in _reader.CustomAttributes)
        {
            var attribute = _reader.GetCustomAttribute(handle);
            if (attribute.Parent.Kind == HandleKind.TypeDefinition && IsName(attribute.Constructor))
            {
                var type = (TypeDefinitionHandle)attribute.Parent;
                if (!IsAbstract(type))
                {
                    yield return (type, Names(attribute.Value), [.. Bases(type)]);
                }
            }
        }
    }

    private bool IsName(EntityHandle constructor)
    {
        if (!_isName.TryGetValue(constructor, out var known))
        {
            var type = constructor.Kind == HandleKind.MethodDefinition
                ? _reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()
                : _reader.GetMemberReference((MemberReferenceHandle)constructor).Parent;
            _isName[constructor] = known = type.Kind switch
            {
                HandleKind.TypeDefinition => _reader.StringComparer.Equals(_reader.GetTypeDefinition((TypeDefinitionHandle)type).Name, nameof(KerasNameAttribute)),
                HandleKind.TypeReference => _reader.StringComparer.Equals(_reader.GetTypeReference((TypeReferenceHandle)type).Name, nameof(KerasNameAttribute)),
                _ => false,
            };
        }

        return known;
    }

    /// <summary>The arguments of the attribute: a text, and texts.</summary>
    private List<string> Names(BlobHandle value)
    {
        var blob = _reader.GetBlobReader(value);
        blob.ReadUInt16(); // where arguments begin
        var names = new List<string> { blob.ReadSerializedString()! };
        for (var count = blob.ReadInt32(); count > 0; count--)
        {
            names.Add(blob.ReadSerializedString()!);
        }

        return names;
    }

    private IEnumerable<TypeDefinitionHandle> Bases(TypeDefinitionHandle type)
    {
        while (BaseOf(type) is { } next && IsAbstract(next))
        {
            yield return next;
            type = next;
        }
    }

    /// <summary>The base type, where it is of the same assembly.</summary>
    private TypeDefinitionHandle? BaseOf(TypeDefinitionHandle type)
    {
        var handle = _reader.GetTypeDefinition(type).BaseType;
        if (handle.Kind == HandleKind.TypeSpecification)
        {
            var signature = _reader.GetBlobReader(_reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
            if (signature.ReadByte() != GenericInstance)
            {
                return null;
            }

            signature.ReadByte(); // a class
            handle = signature.ReadTypeHandle();
        }

        return handle.Kind == HandleKind.TypeDefinition ? (TypeDefinitionHandle)handle : null;
    }

    private bool IsAbstract(TypeDefinitionHandle type) => _reader.GetTypeDefinition(type).Attributes.HasFlag(TypeAttributes.Abstract);
}
