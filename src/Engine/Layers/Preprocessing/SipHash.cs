using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A hash of text that nobody can foresee who does not know the key.</summary>
/// <remarks>Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), SipHash-2-4.</remarks>
internal static class SipHash
{
    /// <summary>The hash of a text's UTF-8.</summary>
    internal static ulong Of(string text, ulong key0, ulong key1) => Of(Encoding.UTF8.GetBytes(text), key0, key1);

    /// <summary>The hash of bytes.</summary>
    internal static ulong Of(ReadOnlySpan<byte> s, ulong key0, ulong key1)
    {
        var state = new State(key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d, key0 ^ 0x6c7967656e657261, key1 ^ 0x7465646279746573);
        var whole = s.Length / 8 * 8;
        for (var i = 0; i < whole; i += 8)
        {
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(s[i..]));
        }

        var last = (ulong)s.Length << 56;
        for (var i = whole; i < s.Length; i++)
        {
            last |= (ulong)s[i] << (8 * (i - whole));
        }

        state.Take(last);
        return state.Finish();
    }

    private record struct State(ulong A, ulong B, ulong C, ulong D)
    {
        internal void Take(ulong word)
        {
            D ^= word;
            Round();
            Round();
            A ^= word;
        }

        internal ulong Finish()
        {
            C ^= 0xff;
            for (var i = 0; i < 4; i++)
            {
                Round();
            }

            return A ^ B ^ C ^ D;
        }

        private void Round()
        {
            A += B;
            B = BitOperations.RotateLeft(B, 13) ^ A;
            A = BitOperations.RotateLeft(A, 32);
            C += D;
            D = BitOperations.RotateLeft(D, 16) ^ C;
            A += D;
            D = BitOperations.RotateLeft(D, 21) ^ A;
            C += B;
            B = BitOperations.RotateLeft(B, 17) ^ C;
            C = BitOperations.RotateLeft(C, 32);
        }
    }
}
