using EdgeSync.EndToEnd.Tests.Harness;

namespace EdgeSync.EndToEnd.Tests.Publishing;

/// <summary>What <c>dotnet publish</c> makes of the same sources in another folder, and when it links again.</summary>
public sealed class RepeatedPublishTests(CopiedRepository copy) : IClassFixture<CopiedRepository>
{
    private const string SqliteRecord = "artifacts/obj/EdgeSync.Agent/release_linux-x64/native/sqlite.sha256";

    [PeerFact]
    public async Task The_same_sources_in_another_folder_give_the_same_binary()
    {
        var here = await File.ReadAllBytesAsync(ShopWorld.EdgeSync.Path);
        var there = await File.ReadAllBytesAsync(copy.Binary);

        Assert.True(here.AsSpan().SequenceEqual(there), $"{ShopWorld.EdgeSync.Path} and the binary of a copy differ at byte {here.AsSpan().CommonPrefixLength(there)}");
    }

    [PeerFact]
    public async Task A_publish_links_again_only_when_the_bytes_of_SQLite_changed()
    {
        var (linked, compiled) = (Linked(), Compiled());
        await copy.PublishAsync();
        Assert.Equal((linked, compiled), (Linked(), Compiled()));

        // As if the last link had used another archive of the package.
        await File.WriteAllTextAsync(copy[SqliteRecord], new string('0', 64) + "\n");
        await copy.PublishAsync();

        Assert.True(Linked() > linked);
    }

    // A publish of unchanged sources is quick because it does not compile again either.
    private DateTime Compiled() => File.GetLastWriteTimeUtc(copy["artifacts/obj/EdgeSync.Agent/release_linux-x64/native/edgesync.o"]);

    private DateTime Linked() => File.GetLastWriteTimeUtc(copy["artifacts/bin/EdgeSync.Agent/release_linux-x64/native/edgesync"]);
}
