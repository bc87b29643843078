using System.Globalization;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Tests.Peers;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Pushes over a link that breaks.</summary>
public sealed class UploadResumeTests(RegistryFixture peer) : IClassFixture<RegistryFixture>
{
    private const int Chunk = 128 * 1024;

    [PeerFact]
    public async Task PushBlobAsync_LinkBreaksInTheMiddleOfAChunk_ArrivesWholeAtARealRegistry()
    {
        using var limit = new CancellationTokenSource(TestClients.Limit);
        await using var proxy = FaultProxy.Start(peer.Registry.Port);
        proxy.Plan(new ProxyFault { CutAfterSent = 450_000 });
        using var client = TestClients.Create(TestClients.Options(proxy.Address) with { UploadChunkSize = Chunk });
        var bytes = Noise(1_500_000);

        var blob = await client.PushBlobAsync("resume/push", MediaTypes.OctetStream, bytes, limit.Token);

        using var direct = TestClients.Create(peer.Registry.Address);
        Assert.Equal(bytes, await direct.GetBlobAsync("resume/push", blob, bytes.Length, limit.Token));
        Assert.True(proxy.Accepted >= 2);
    }

    [Fact]
    public async Task PushBlobAsync_RegistryKeptPartOfAChunk_GoesOnFromThere()
    {
        using var limit = new CancellationTokenSource(TestClients.Limit);
        var patches = 0;
        var isStored = false;
        await using var server = ScriptedServer.Start(request => request.Method switch
        {
            "HEAD" => isStored ? "HTTP/1.1 200 OK\nConnection: close\n\n" : "HTTP/1.1 404 Not Found\nConnection: close\n\n",
            "POST" => "HTTP/1.1 202 Accepted\nLocation: /up?s=0\nContent-Length: 0\nConnection: close\n\n",
            "GET" => "HTTP/1.1 204 No Content\nLocation: /up?s=1\nRange: 0-999\nConnection: close\n\n",
            "PATCH" when Interlocked.Increment(ref patches) == 1 => "",
            "PATCH" => "HTTP/1.1 202 Accepted\nLocation: /up?s=2\nContent-Length: 0\nConnection: close\n\n",
            _ => Store(),
        });
        using var client = TestClients.Create(TestClients.Options(server.Address) with { UploadChunkSize = Chunk });

        await client.PushBlobAsync("a", MediaTypes.OctetStream, Noise(Chunk + 2000), limit.Token);

        var sent = server.Requests.Where(request => request.Method is "PATCH" or "PUT").ToList();
        Assert.Equal(["/up?s=0", "/up?s=1"], sent.Take(2).Select(request => request.Path));
        Assert.Equal($"0-{Chunk - 1}", sent[0].Headers["Content-Range"].Single());
        Assert.Equal($"1000-{Chunk + 999}", sent[1].Headers["Content-Range"].Single());
        Assert.StartsWith("/up?s=2&digest=sha256%3A", sent[2].Path, StringComparison.Ordinal);
        Assert.Equal(1000.ToString(CultureInfo.InvariantCulture), sent[2].Headers["Content-Length"].Single());

        string Store()
        {
            isStored = true;
            return "HTTP/1.1 201 Created\nContent-Length: 0\nConnection: close\n\n";
        }
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(3).NextBytes(bytes);
        return bytes;
    }
}
