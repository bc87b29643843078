using EdgeSync.Kubernetes.Runtime;

namespace EdgeSync.Kubernetes.Tests.Runtime;

public sealed class CriMessagesTests
{
    [Fact]
    public void ImageRequest_Reference_IsWrittenAsProtocWritesIt()
    {
        // printf 'image { image: "a/b:1" }' | protoc --encode=runtime.v1.PullImageRequest api.proto
        Assert.Equal(Convert.FromHexString("0A070A05612F623A31"), CriMessages.ImageRequest("a/b:1").ToArray());
    }

    [Fact]
    public void ImageRequest_LongReference_HasALengthOfTwoBytes()
    {
        var request = CriMessages.ImageRequest(new string('a', 200)).ToArray();

        Assert.Equal([0x0A, 0xCB, 0x01, 0x0A, 0xC8, 0x01], request[..6]);
        Assert.Equal(206, request.Length);
    }

    [Fact]
    public void ReadImages_FieldsOfLaterVersions_AreSkipped()
    {
        byte[] image = [0x0A, 1, (byte)'i', 0x12, 1, (byte)'t', 0x1A, 1, (byte)'d', 0x20, 0x96, 0x01, 0x2A, 0, 0x40, 1, 0x4D, 1, 2, 3, 4, 0x51, 1, 2, 3, 4, 5, 6, 7, 8];

        var read = Assert.Single(CriMessages.ReadImages([0x0A, (byte)image.Length, .. image, 0x78, 0x05]));

        Assert.Equal("i", read.Id);
        Assert.Equal(["t"], read.Tags);
        Assert.Equal(["d"], read.Digests);
        Assert.Equal(150UL, read.Size);
    }

    [Fact]
    public void ReadPulled_NoName_IsRefused() => Assert.Throws<InvalidDataException>(() => CriMessages.ReadPulled([]));

    [Fact]
    public void Read_AnyBytes_ReturnsOrRefuses()
    {
        const int Seed = 20_261_121;
        var random = new Random(Seed);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            if (bytes.Length > 2 && round % 2 == 0)
            {
                (bytes[0], bytes[1]) = (0x0A, (byte)(bytes.Length - 2));
            }

            foreach (var read in (Action<byte[]>[])[b => CriMessages.ReadImages(b), b => CriMessages.ReadVersion(b), b => CriMessages.ReadPulled(b)])
            {
                var failure = Record.Exception(() => read(bytes));
                Assert.True(failure is null or InvalidDataException, $"seed {Seed}, round {round}, {Convert.ToHexString(bytes)}: {failure}");
            }
        }
    }
}
