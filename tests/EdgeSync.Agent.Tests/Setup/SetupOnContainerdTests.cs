using System.Collections.Concurrent;
using EdgeSync.Agent.Setup;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Testbed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Tests.Setup;

/// <summary>What setup writes, as a real containerd reads it.</summary>
public sealed class SetupOnContainerdTests
{
    [PeerFact]
    public async Task Pulls_AfterSetup_AskTheMirrorFirstAndThenTheOthers()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var session = await TestbedSession.StartAsync(limit.Token);
        var asked = new ConcurrentQueue<string>();
        await using var mirror = await ListenAsync(session.ReservePort(), "mirror", asked);
        var upstreamPort = session.ReservePort();
        await using var upstream = await ListenAsync(upstreamPort, "upstream", asked);
        Directory.CreateDirectory(session["certs.d/hub.invalid"]);
        await File.WriteAllTextAsync(session["certs.d/hub.invalid/hosts.toml"], $"server = \"http://127.0.0.1:{upstreamPort}\"\n", limit.Token);
        await SetUpAsync(session, new Uri(mirror.Urls.Single()));

        using var runtime = new ContainerRuntimeClient(new ContainerRuntimeOptions { SocketPath = session["c.sock"] }, TimeProvider.System);
        await StartContainerdAsync(session, runtime, limit.Token);
        var failures = new List<ContainerRuntimeException>();
        foreach (var reference in (string[])["hub.invalid/library/web:1", "elsewhere.invalid:5000/shop/till:2"])
        {
            failures.Add(await Assert.ThrowsAsync<ContainerRuntimeException>(() => runtime.PullImageAsync(reference, limit.Token)));
        }

        Assert.Equal(
            [
                "mirror /v2/library/web/manifests/1?ns=hub.invalid",
                "upstream /v2/library/web/manifests/1?ns=hub.invalid",
                "mirror /v2/shop/till/manifests/2?ns=elsewhere.invalid%3A5000",
            ],
            asked.Distinct());
        Assert.All(failures, failure => Assert.Equal(ContainerRuntimeException.ImageNotStaged, failure.Reason));
    }

    private static async Task SetUpAsync(TestbedSession session, Uri mirror)
    {
        var environment = new Dictionary<string, string> { ["EDGESYNC_MIRROR__LISTEN"] = mirror.Authority };
        await File.WriteAllTextAsync(session["edgesync.yaml"], Configuration.ConfigurationFolder.Minimal);
        var request = new SetupRequest { ConfigurationPath = session["edgesync.yaml"], ContainerdHosts = session["certs.d"] };
        var plan = new SetupPlanner(request, environment).Plan() with { StateDirectory = session["state"] };
        await new SetupApplier(TimeProvider.System).ApplyAsync(plan, CancellationToken.None);
    }

    private static async Task StartContainerdAsync(TestbedSession session, ContainerRuntimeClient runtime, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(
            session["containerd.toml"],
            $"""
            version = 2
            root = "{session["root"]}"
            state = "{session["run"]}"
            [grpc]
              address = "{session["c.sock"]}"
            [plugins."io.containerd.grpc.v1.cri".registry]
              config_path = "{session["certs.d"]}"
            """,
            cancellationToken);
        var containerd = session.Start(new ProcessRequest("containerd", "containerd", "-c", session["containerd.toml"]));
        await containerd.UntilAsync("its CRI service", TimeSpan.FromMinutes(1), async token =>
        {
            try
            {
                await runtime.ListImagesAsync(token);
                return true;
            }
            catch (ContainerRuntimeException)
            {
                return false;
            }
        }, cancellationToken);
    }

    private static async Task<WebApplication> ListenAsync(int port, string name, ConcurrentQueue<string> asked)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var server = builder.Build();
        server.Run(context =>
        {
            asked.Enqueue($"{name} {context.Request.Path}{context.Request.QueryString}");
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await server.StartAsync();
        return server;
    }
}
