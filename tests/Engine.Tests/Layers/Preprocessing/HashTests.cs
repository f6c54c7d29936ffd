using System.Text;
using ExperimentRunner.Engine.Layers.Preprocessing;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing;

public class HashTests
{
    [Theory] // figures of Google's own FarmHash, for texts on either side of each limit of its rules
    [InlineData(0, 11160318154034397263)]
    [InlineData(1, 12917804110809363939)]
    [InlineData(3, 3268219959478574187)]
    [InlineData(5, 10853072327754618121)]
    [InlineData(8, 10643460534063147040)]
    [InlineData(12, 4419094223295249610)]
    [InlineData(16, 17624453864830929246)]
    [InlineData(17, 2237273621417572890)]
    [InlineData(25, 5144631123731976469)]
    [InlineData(32, 10824083725960157628)]
    [InlineData(33, 8045080651094301868)]
    [InlineData(50, 7778131390611498885)]
    [InlineData(64, 16149515108185634462)]
    [InlineData(65, 2768067016444695309)]
    [InlineData(100, 15524442050350733416)]
    [InlineData(128, 10481128642166395277)]
    [InlineData(129, 1060550032972533880)]
    [InlineData(192, 3016510856553223177)]
    [InlineData(200, 15075557378531049012)]
    [InlineData(300, 7893790802151464326)]
    public void FarmHashIsGooglesForTextOfAnyLength(int length, ulong expected)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i * 7 % 26))));

        Assert.Equal(expected, FarmHash.Of(text));
    }

    [Theory] // the first figures of the table in the appendix of SipHash's paper
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(2, 0x0d6c8009d9a94f5a)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void SipHashIsThatOfItsAuthors(int length, ulong expected)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)i)];

        Assert.Equal(expected, SipHash.Of(bytes, 0x0706050403020100, 0x0f0e0d0c0b0a0908));
    }

    [Fact]
    public void ATextIsHashedAsItsUtf8() => Assert.Equal(FarmHash.Of(Encoding.UTF8.GetBytes("größer 🙂")), FarmHash.Of("größer 🙂"));
}
