using System.Collections.Concurrent;
using System.Net;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Mirror;
using EdgeSync.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Oci.Tests.Mirror;

/// <summary>The mirror on a real Kestrel, on a free port of 127.0.0.1.</summary>
internal sealed class MirrorHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<Digest> _lost = new();

    private MirrorHost(ContentStore store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.Run(MirrorEndpoints.Create(
            store, Catalog, new MirrorOptions { ContentLost = _lost.Enqueue }, _application.Services.GetRequiredService<ILoggerFactory>()));
    }

    public MirrorCatalog Catalog { get; } = new();

    public IReadOnlyCollection<Digest> Lost => _lost;

    /// <summary>127.0.0.1:PORT.</summary>
    public string Address => new Uri(_application.Urls.Single()).Authority;

    public HttpClient Http { get; } = new();

    public static async Task<MirrorHost> StartAsync(ContentStore store)
    {
        var host = new MirrorHost(store);
        await host._application.StartAsync();
        host.Http.BaseAddress = new Uri($"http://{host.Address}");
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.DisposeAsync();
    }
}
