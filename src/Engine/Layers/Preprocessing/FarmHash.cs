using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A hash of text that is the same on every machine and for ever: what TensorFlow calls <c>Fingerprint64</c>.</summary>
/// <remarks>Source: FarmHash by Geoff Pike (Google, 2014), the function <c>Fingerprint64</c>.</remarks>
internal static class FarmHash
{
    private const ulong K0 = 0xc3a5c85c97cb3127;
    private const ulong K1 = 0xb492b66fbe98f273;
    private const ulong K2 = 0x9ae16a3b2f90404f;

    /// <summary>The hash of a text's UTF-8.</summary>
    internal static ulong Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The hash of bytes.</summary>
    internal static ulong Of(ReadOnlySpan<byte> s) => s.Length switch
    {
        <= 16 => UpTo16(s),
        <= 32 => UpTo32(s),
        <= 64 => UpTo64(s),
        _ => Long(s),
    };

    /// <summary>One hash out of two; the order counts.</summary>
    /// <remarks>Source: TensorFlow, <c>FingerprintCat64</c>.</remarks>
    internal static ulong Join(ulong first, ulong second)
    {
        const ulong mul = 0xc6a4a7935bd1e995;
        var result = first ^ mul;
        result ^= Mix(second * mul) * mul;
        result *= mul;
        return Mix(Mix(result) * mul);
    }

    private static ulong Long(ReadOnlySpan<byte> s)
    {
        const ulong seed = 81;
        var x = seed;
        var y = unchecked((seed * K1) + 113);
        var z = Mix((y * K2) + 113) * K2;
        (ulong First, ulong Second) v = default, w = default;
        x = (x * K2) + At(s, 0);
        var end = (s.Length - 1) / 64 * 64;
        for (var i = 0; i < end; i += 64)
        {
            x = BitOperations.RotateRight(x + y + v.First + At(s, i + 8), 37) * K1;
            y = BitOperations.RotateRight(y + v.Second + At(s, i + 48), 42) * K1;
            x ^= w.Second;
            y += v.First + At(s, i + 40);
            z = BitOperations.RotateRight(z + w.First, 33) * K1;
            v = Weak(s, i, v.Second * K1, x + w.First);
            w = Weak(s, i + 32, z + w.Second, y + At(s, i + 16));
            (x, z) = (z, x);
        }

        var mul = K1 + ((z & 0xff) << 1);
        var last = s.Length - 64;
        w.First += (ulong)((s.Length - 1) & 63);
        v.First += w.First;
        w.First += v.First;
        x = BitOperations.RotateRight(x + y + v.First + At(s, last + 8), 37) * mul;
        y = BitOperations.RotateRight(y + v.Second + At(s, last + 48), 42) * mul;
        x ^= w.Second * 9;
        y += (v.First * 9) + At(s, last + 40);
        z = BitOperations.RotateRight(z + w.First, 33) * mul;
        v = Weak(s, last, v.Second * mul, x + w.First);
        w = Weak(s, last + 32, z + w.Second, y + At(s, last + 16));
        (x, z) = (z, x);
        return Pair(Pair(v.First, w.First, mul) + (Mix(y) * K0) + z, Pair(v.Second, w.Second, mul) + x, mul);
    }

    private static ulong UpTo16(ReadOnlySpan<byte> s)
    {
        var length = (ulong)s.Length;
        if (length >= 8)
        {
            var mul = K2 + (length * 2);
            var a = At(s, 0) + K2;
            var b = At(s, s.Length - 8);
            return Pair((BitOperations.RotateRight(b, 37) * mul) + a, (BitOperations.RotateRight(a, 25) + b) * mul, mul);
        }

        if (length >= 4)
        {
            return Pair(length + ((ulong)Half(s, 0) << 3), Half(s, s.Length - 4), K2 + (length * 2));
        }

        if (length == 0)
        {
            return K2;
        }

        var y = s[0] + ((uint)s[s.Length >> 1] << 8);
        var z = (uint)length + ((uint)s[^1] << 2);
        return Mix((y * K2) ^ (z * K0)) * K2;
    }

    private static ulong UpTo32(ReadOnlySpan<byte> s)
    {
        var mul = K2 + ((ulong)s.Length * 2);
        var a = At(s, 0) * K1;
        var b = At(s, 8);
        var c = At(s, s.Length - 8) * mul;
        var d = At(s, s.Length - 16) * K2;
        return Pair(
            BitOperations.RotateRight(a + b, 43) + BitOperations.RotateRight(c, 30) + d, a + BitOperations.RotateRight(b + K2, 18) + c, mul);
    }

    private static ulong UpTo64(ReadOnlySpan<byte> s)
    {
        var mul = K2 + ((ulong)s.Length * 2);
        var a = At(s, 0) * K2;
        var b = At(s, 8);
        var c = At(s, s.Length - 8) * mul;
        var d = At(s, s.Length - 16) * K2;
        var y = BitOperations.RotateRight(a + b, 43) + BitOperations.RotateRight(c, 30) + d;
        var z = Pair(y, a + BitOperations.RotateRight(b + K2, 18) + c, mul);
        var e = At(s, 16) * mul;
        var f = At(s, 24);
        var g = (y + At(s, s.Length - 32)) * mul;
        var h = (z + At(s, s.Length - 24)) * mul;
        return Pair(
            BitOperations.RotateRight(e + f, 43) + BitOperations.RotateRight(g, 30) + h, e + BitOperations.RotateRight(f + a, 18) + g, mul);
    }

    private static (ulong First, ulong Second) Weak(ReadOnlySpan<byte> s, int at, ulong a, ulong b)
    {
        var (w, x, y, z) = (At(s, at), At(s, at + 8), At(s, at + 16), At(s, at + 24));
        a += w;
        b = BitOperations.RotateRight(b + a + z, 21);
        var c = a;
        a += x + y;
        b += BitOperations.RotateRight(a, 44);
        return (a + z, b + c);
    }

    private static ulong Pair(ulong u, ulong v, ulong mul)
    {
        var a = (u ^ v) * mul;
        a ^= a >> 47;
        var b = (v ^ a) * mul;
        b ^= b >> 47;
        return b * mul;
    }

    private static ulong Mix(ulong value) => value ^ (value >> 47);

    private static ulong At(ReadOnlySpan<byte> s, int place) => BinaryPrimitives.ReadUInt64LittleEndian(s[place..]);

    private static uint Half(ReadOnlySpan<byte> s, int place) => BinaryPrimitives.ReadUInt32LittleEndian(s[place..]);
}
