using System.Text.Json;
using EdgeSync.Agent.State;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.State;

public sealed class EvidenceFolderTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    [Fact]
    public void Keep_TwoRecords_AreBothInOneFileByteForByte()
    {
        var folder = Open();

        folder.Keep(Two(42, [1, 2, 3], [4, 5]));

        var kept = Assert.Single(folder.All);
        using var file = JsonDocument.Parse(File.ReadAllBytes(kept.File));
        Assert.Equal([1, 2, 3], file.RootElement.GetProperty("seenEnvelope").GetBytesFromBase64());
        Assert.Equal([4, 5], file.RootElement.GetProperty("foundEnvelope").GetBytesFromBase64());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept.File));
    }

    [Fact]
    public void Open_AfterARestart_KnowsWhatWasKept()
    {
        Open().Keep(Two(42, null, [4, 5]));

        var kept = Assert.Single(Open().All);

        Assert.Equal(("stable", 42L, Digest.Of("seen"u8), Digest.Of([4, 5])), (kept.Channel, kept.Sequence, kept.Seen, kept.Found));
    }

    [Fact]
    public void Keep_TheSameAgain_IsKeptOnce()
    {
        var folder = Open();

        folder.Keep(Two(42, [1], [4]));
        folder.Keep(Two(42, [1], [4]));

        Assert.Single(Directory.GetFiles(_folder["evidence"]));
    }

    [Fact]
    public void Keep_MoreThanThereIsRoomFor_KeepsTheFirst()
    {
        var folder = Open();

        for (var sequence = 1; sequence <= EvidenceFolder.MaxFiles + 8; sequence++)
        {
            folder.Keep(Two(sequence, [1], [(byte)sequence]));
        }

        Assert.Equal(Enumerable.Range(1, EvidenceFolder.MaxFiles).Select(n => (long)n), Open().All.Select(one => one.Sequence));
    }

    [Fact]
    public void Open_FileThatIsNoEvidence_IsPassedOver()
    {
        Open().Keep(Two(42, [1], [4]));
        File.WriteAllText(Path.Combine(_folder["evidence"], "a.json"), "{}");

        Assert.Single(Open().All);
    }

    public void Dispose() => _folder.Dispose();

    private static Equivocation Two(long sequence, byte[]? seen, byte[] found) => new(
        "stable",
        new SeenRelease(sequence, Digest.Of("seen"u8)),
        seen,
        new SeenRelease(sequence, Digest.Of(found)),
        found,
        new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero).AddSeconds(sequence));

    private EvidenceFolder Open() => new(_folder["evidence"], NullLogger<EvidenceFolder>.Instance);
}
