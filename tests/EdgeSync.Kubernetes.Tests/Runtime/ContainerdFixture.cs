using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Runtime;

/// <summary>
/// A real containerd (Debian's) of the test's own, whose pulls go to a real docker-registry on loopback by a <c>hosts.toml</c>, as
/// <c>edgesync setup</c> writes it. Needs root, as containerd does.
/// </summary>
public sealed class ContainerdFixture : PeerFixture, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<Process> _processes = [];

    public string SocketPath => _directory["c.sock"];

    public Uri Registry { get; private set; } = null!;

    public ContainerRuntimeClient CreateClient() => new(new ContainerRuntimeOptions { SocketPath = SocketPath }, TimeProvider.System);

    protected override async Task StartAsync()
    {
        var port = FreePort();
        Registry = new Uri($"http://127.0.0.1:{port}");
        Write("registry.yaml", $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: "{{_directory["registry"]}}" } }
            http: {addr: "127.0.0.1:{{port}}"}
            """);
        Write("certs.d/_default/hosts.toml", $"""
            [host."{Registry}"]
              capabilities = ["pull", "resolve"]
            """);
        Write("containerd.toml", $"""
            version = 2
            root = "{_directory["root"]}"
            state = "{_directory["state"]}"
            [grpc]
              address = "{SocketPath}"
            [plugins."io.containerd.grpc.v1.cri".registry]
              config_path = "{_directory["certs.d"]}"
            """);
        Start("docker-registry", "serve", _directory["registry.yaml"]);
        Start("containerd", "-c", _directory["containerd.toml"]);
        await AwaitAsync(async cancellationToken =>
        {
            using var client = CreateClient();
            await client.ListImagesAsync(cancellationToken);
            using var http = new HttpClient();
            (await http.GetAsync(new Uri(Registry, "/v2/"), cancellationToken)).EnsureSuccessStatusCode();
        });
    }

    protected override async Task StopAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public void Dispose() => _directory.Dispose();

    private void Start(string program, params string[] arguments)
    {
        var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true } };
        var log = File.CreateText(_directory[program + ".log"]);
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);

        void Log(string? line)
        {
            lock (log)
            {
                log.WriteLine(line);
                log.Flush();
            }
        }
    }

    private async Task AwaitAsync(Func<CancellationToken, Task> ready)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await ready(limit.Token);
                return;
            }
            catch (Exception failure) when (failure is ContainerRuntimeException or HttpRequestException && !_processes.Exists(process => process.HasExited))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
            }
            catch (Exception failure)
            {
                var logs = Directory.GetFiles(_directory.Path, "*.log").Select(File.ReadAllText);
                throw new InvalidOperationException($"containerd or docker-registry did not come up: {failure.Message}\n{string.Join('\n', logs)}", failure);
            }
        }
    }

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[name])!);
        File.WriteAllText(_directory[name], content);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return int.Parse(listener.LocalEndpoint.ToString()!.Split(':')[1], CultureInfo.InvariantCulture);
    }
}
