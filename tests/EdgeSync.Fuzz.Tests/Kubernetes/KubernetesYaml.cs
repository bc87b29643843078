using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using EdgeSync.Testbed.Packages;

namespace EdgeSync.Fuzz.Tests.Kubernetes;

/// <summary>
/// Kubernetes' own YAML code, sigs.k8s.io/yaml of Debian's package, as a child process. <c>main.go</c> is compiled once for each version of it and kept in the
/// user's cache.
/// </summary>
public sealed class KubernetesYaml : PeerFixture, IDisposable
{
    private const string GoPath = "/usr/share/gocode";
    private static readonly DebianPackage[] Packages =
    [
        new("golang-go", "/usr/bin/go"),
        new("golang-k8s-sigs-yaml-dev", $"{GoPath}/src/sigs.k8s.io/yaml/yaml.go"),
        new("golang-gopkg-yaml.v2-dev", $"{GoPath}/src/gopkg.in/yaml.v2/yaml.go"),
    ];

    private readonly byte[] _header = new byte[5];
    private Process? _process;

    /// <summary>What Kubernetes makes of each document, in their order.</summary>
    internal async Task<List<KubernetesAnswer>> ReadAsync(IReadOnlyList<byte[]> documents)
    {
        var sending = Task.Run(async () =>
        {
            var length = new byte[4];
            foreach (var document in documents)
            {
                BinaryPrimitives.WriteInt32BigEndian(length, document.Length);
                await _process!.StandardInput.BaseStream.WriteAsync(length);
                await _process.StandardInput.BaseStream.WriteAsync(document);
            }

            await _process!.StandardInput.BaseStream.FlushAsync();
        });
        var answers = new List<KubernetesAnswer>(documents.Count);
        while (answers.Count < documents.Count)
        {
            await _process!.StandardOutput.BaseStream.ReadExactlyAsync(_header);
            var text = new byte[BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1))];
            await _process.StandardOutput.BaseStream.ReadExactlyAsync(text);
            answers.Add(new KubernetesAnswer((char)_header[0], text));
        }

        await sending;
        return answers;
    }

    public void Dispose() => _process?.Dispose();

    protected override async Task StartAsync()
    {
        await PackageInstaller.InstallAsync(Packages, Console.WriteLine);
        _process = Process.Start(new ProcessStartInfo(await CompileAsync()) { RedirectStandardInput = true, RedirectStandardOutput = true });
    }

    protected override Task StopAsync()
    {
        _process?.StandardInput.Close();
        return _process?.WaitForExitAsync() ?? Task.CompletedTask;
    }

    private static async Task<string> CompileAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Kubernetes", "main.go");
        string[] inputs = [source, .. Directory.GetFiles($"{GoPath}/src/sigs.k8s.io/yaml", "*.go"), .. Directory.GetFiles($"{GoPath}/src/gopkg.in/yaml.v2", "*.go")];
        var contents = await Task.WhenAll(inputs.Order(StringComparer.Ordinal).Select(input => File.ReadAllBytesAsync(input)));
        var name = Convert.ToHexStringLower(SHA256.HashData([.. contents.SelectMany(bytes => bytes)]))[..16];
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var program = Path.Combine(cache, "edgesync", "tools", "kubernetes-yaml", name);
        if (File.Exists(program))
        {
            return program;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        var temporary = $"{program}.{Environment.ProcessId}";
        var start = new ProcessStartInfo("go", ["build", "-o", temporary, source]) { RedirectStandardError = true };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = GoPath;
        start.Environment["GOFLAGS"] = "";
        start.Environment["GOCACHE"] = Path.Combine(cache, "edgesync", "tools", "go-build");
        using var compiler = Process.Start(start)!;
        var errors = await compiler.StandardError.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        Assert.True(compiler.ExitCode == 0, errors);
        File.Move(temporary, program, overwrite: true);
        return program;
    }
}

/// <summary>What Kubernetes made of one document.</summary>
/// <param name="Letter">
/// <c>J</c> for JSON, <c>D</c> for JSON that strict reading refuses for a doubled key, <c>R</c> for JSON of the beginning, whose rest is dropped, <c>E</c> for an error.
/// </param>
/// <param name="Text">The JSON or the error.</param>
internal sealed record KubernetesAnswer(char Letter, byte[] Text)
{
    public bool IsError => Letter == 'E';

    public bool DropsTheRest => Letter == 'R';
}
