using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>How masks fit tensors: a mask has the first axes of its tensor (batch, time), or all of them.</summary>
internal static class Mask
{
    /// <summary>The mask with axes of length 1 behind its own, until it has as many as the tensor.</summary>
    internal static Tensor Over(Tensor mask, Tensor x)
    {
        while (mask.dim() < x.dim())
        {
            mask = mask.unsqueeze(-1);
        }

        return mask;
    }

}
