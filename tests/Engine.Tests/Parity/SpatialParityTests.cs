using TorchSharp;

namespace ExperimentRunner.Engine.Tests.Parity;

public class SpatialParityTests
{
    public static TheoryData<string, string> Cases => OneLayerCase.Of(
        "Conv1D", "Conv1DTranspose", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "DepthwiseConv1D", "SeparableConv1D", "LocallyConnected1D", "DepthwiseConv2D", "SeparableConv2D", "LocallyConnected2D", "MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D", "GlobalAveragePooling1D", "AdaptiveMaxPooling1D", "AdaptiveAveragePooling1D", "MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling2D", "AdaptiveMaxPooling2D", "AdaptiveAveragePooling2D", "MaxPooling3D", "AveragePooling3D", "GlobalMaxPooling3D", "GlobalAveragePooling3D", "AdaptiveMaxPooling3D", "AdaptiveAveragePooling3D", "UpSampling1D", "ZeroPadding1D", "Cropping1D", "UpSampling2D", "ZeroPadding2D", "Cropping2D", "UpSampling3D", "ZeroPadding3D", "Cropping3D");

    [Theory, MemberData(nameof(Cases))]
    public void ALayerComputesWhatKerasComputed(string set, string name)
    {
        using var _ = torch.NewDisposeScope();
        using var golden = OneLayerCase.Open(set, name);

        golden.AssertHolds();
    }
}
