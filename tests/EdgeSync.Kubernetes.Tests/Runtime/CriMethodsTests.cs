using System.Buffers;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Kubernetes.Runtime.Cri;
using Google.Protobuf;

namespace EdgeSync.Kubernetes.Tests.Runtime;

public sealed class CriMethodsTests
{
    [Fact]
    public void PullImageRequest_Reference_IsWrittenAsProtocWritesIt()
    {
        // printf 'image { image: "a/b:1" }' | protoc --encode=runtime.v1.PullImageRequest api.proto
        Assert.Equal(Convert.FromHexString("0A070A05612F623A31"), new PullImageRequest { Image = new ImageSpec { Image = "a/b:1" } }.ToByteArray());
    }

    [Fact]
    public void ReadImages_FieldsOfLaterVersions_AreSkipped()
    {
        byte[] image = [0x0A, 1, (byte)'i', 0x12, 1, (byte)'t', 0x1A, 1, (byte)'d', 0x20, 0x96, 0x01, 0x2A, 0, 0x40, 1, 0x4D, 1, 2, 3, 4, 0x51, 1, 2, 3, 4, 5, 6, 7, 8];

        var read = Assert.Single(CriMethods.ReadImages(Message([0x0A, (byte)image.Length, .. image, 0x78, 0x05])).Images);

        Assert.Equal("i", read.Id);
        Assert.Equal(["t"], read.RepoTags);
        Assert.Equal(["d"], read.RepoDigests);
        Assert.Equal(150UL, read.Size);
    }

    [Fact]
    public void ReadImages_MoreThanAMachineHas_AreRefusedBeforeTheyAreParsed()
    {
        var bytes = new byte[2 * 100_001];
        for (var at = 0; at < bytes.Length; at += 2)
        {
            bytes[at] = 0x0A;
        }

        Assert.Equal(100_000, CriMethods.ReadImages(Message(bytes[2..])).Images.Count);
        Assert.Throws<FormatException>(() => CriMethods.ReadImages(Message(bytes)));
    }

    [Fact]
    public void ReadPulled_NoName_IsRefused() => Assert.Throws<FormatException>(() => CriMethods.ReadPulled(Message([])));

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

            Action<ReadOnlySequence<byte>>[] readers =
                [m => CriMethods.ReadImages(m), m => CriMethods.ReadImageStatus(m), m => CriMethods.ReadVersion(m), m => CriMethods.ReadPulled(m)];
            foreach (var read in readers)
            {
                var failure = Record.Exception(() => read(Message(bytes)));
                Assert.True(failure is null or FormatException, $"seed {Seed}, round {round}, {Convert.ToHexString(bytes)}: {failure}");
            }
        }
    }

    private static ReadOnlySequence<byte> Message(byte[] bytes) => new(bytes);
}
