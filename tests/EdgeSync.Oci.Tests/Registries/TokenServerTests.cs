namespace EdgeSync.Oci.Tests.Registries;

/// <summary>What token servers answer.</summary>
public sealed class TokenServerTests : IDisposable
{
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [Theory]
    [InlineData("""{"token":"t1","expires_in":"3600"}""")]
    [InlineData("""{"token":"t1","expires_in":3600.5}""")]
    [InlineData("""{"token":"t1","expires_in":"soon"}""")]
    [InlineData("""{"token":"t1","expires_in":[1]}""")]
    [InlineData("""{"token":"t1","expires_in":1e999}""")]
    [InlineData("""{"token":"t1","expires_in":-5}""")]
    [InlineData("""{"token":"","access_token":"t1"}""")]
    [InlineData("""{"token":null,"access_token":"t1","expires_in":null,"issued_at":7,"scope":{},"refresh_token":null}""")]
    public async Task Token_InTheFormsThatServersAnswer_IsUsed(string body)
    {
        await using var tokens = ScriptedServer.Start(_ => Ok(body));
        await using var server = ScriptedServer.Start(request => request.Authorization == "Bearer t1" ? Ok("{}") : $"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"http://{tokens.Address}/token\"\nContent-Length: 0\n\n");
        using var client = TestClients.Create(server.Address);

        await client.PingAsync(_limit.Token);
        await client.PingAsync(_limit.Token);

        Assert.Single(tokens.Requests);
    }

    public void Dispose() => _limit.Dispose();

    private static string Ok(string body) => $"HTTP/1.1 200 OK\nContent-Length: {body.Length}\nConnection: close\n\n{body}";
}
