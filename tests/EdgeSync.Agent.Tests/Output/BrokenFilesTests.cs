using System.Globalization;
using System.Text;
using EdgeSync.Agent.Tests.Publishing;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Output;

/// <summary>A verb that reads a broken file says so in plain words: no text of a library's exception, no stack trace, and the documented exit code.</summary>
[Collection("console")]
public sealed class BrokenFilesTests : IDisposable
{
    private static readonly string[] Telltales =
    [
        "System.", ".NET", "Exception", "   at ", "deserializ", "nullability", "Path: $", "LineNumber", "BytePosition", "value kind", "YamlDotNet", "error:0", "SQLite Error",
        "JSON value could not", "invalid start of a",
    ];

    // A name for each kind, since arbitrary bytes are no name of a test.
    private static readonly Dictionary<string, byte[]> Contents = new(StringComparer.Ordinal)
    {
        ["empty"] = [],
        ["truncated object"] = "{\"a\": {\"b\": "u8.ToArray(),
        ["truncated list"] = "site: [a, "u8.ToArray(),
        ["text"] = "\"text\""u8.ToArray(),
        ["null"] = "null"u8.ToArray(),
        ["list"] = "[1, 2]"u8.ToArray(),
        ["number"] = Encoding.ASCII.GetBytes(new string('9', 400)),
        ["key twice"] = "{\"schema\": \"a\", \"schema\": \"b\", \"auths\": 1, \"auths\": 2}"u8.ToArray(),
        ["wrong types"] = "{\"auths\": 5, \"schema\": 5, \"site\": [], \"signed\": \"x\", \"schemaVersion\": \"2\", \"manifests\": {}, \"name\": {}}"u8.ToArray(),
        ["not UTF-8"] = [(byte)'a', (byte)':', 0xFF, 0xC0, 0x80],
        ["binary"] = [0, 1, 2, 0x7F, 0x45, 0x4C, 0x46, 0, 0xFE],
        ["PEM of nothing"] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"u8.ToArray(),
    };

    private readonly TempDirectory _directory = new();

    public static TheoryData<string> Kinds => [.. Contents.Keys, "a folder"];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        string[] verbs =
        [
            "config check -c FILE", "bundle lint IN:bundle.yaml", "bundle lint IN:manifest", "bundle lint IN:kustomization", "key show FILE", "trust show FILE", "verify --policy FILE LAYOUT",
            "bundle inspect IN:index.json", "bundle inspect localhost:1/a:1 --docker-config FILE", "bundle inspect localhost:1/a:1 --ca-file FILE",
            "status -c FILE", "sync -c FILE", "enroll https://localhost:1 --token-file FILE -c FILE", "status -c CONFIG:state/site.db", "config check -c CONFIG:key.pub",
            "config check -c CONFIG:kubeconfig", "bundle inspect localhost:1/a:1 --docker-config FILE --ca-file FILE",
            "trust sign FILE --key FILE",
        ];
        foreach (var verb in verbs)
        {
            foreach (var content in Contents.Keys.Append("a folder"))
            {
                cases.Add(verb, content);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Run_WithABrokenFile_SaysSoInPlainWords(string verb, string content)
    {
        var arguments = verb.Split(' ').Select(word => word switch
        {
            "FILE" => Write("file", content),
            _ when word.StartsWith("CONFIG:", StringComparison.Ordinal) => Configuration(word["CONFIG:".Length..], content),
            "LAYOUT" => Layout("{\"schemaVersion\": 2, \"manifests\": []}"u8.ToArray()),
            "IN:index.json" => Contents.TryGetValue(content, out var bytes) ? Layout(bytes) : _directory.Path,
            "IN:bundle.yaml" => Path.GetDirectoryName(Write("bundle.yaml", content))!,
            "IN:manifest" => Bundle("app.yaml", content),
            "IN:kustomization" => Bundle("kustomization.yaml", content),
            _ => word,
        });

        var (exitCode, output) = await PublishingFixture.RunAsync([.. arguments]);

        Assert.All(Telltales, telltale => Assert.DoesNotContain(telltale, output, StringComparison.OrdinalIgnoreCase));
        Assert.True(CodesOf(verb, content).Contains(exitCode), string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}: {output}"));
        Assert.True(exitCode == 0 || output.Contains("error", StringComparison.Ordinal), output);
        Assert.True(content != "a folder" || MayBeAFolder(verb) || output.Contains("is a folder", StringComparison.Ordinal), output);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kubeconfig_Broken_IsRefusedInPlainWords(string content)
    {
        var failure = Assert.ThrowsAny<EdgeSyncException>(() => Kubeconfig.Load(Write("kubeconfig", content)));

        Assert.Contains("kubeconfig", failure.Message, StringComparison.Ordinal);
        Assert.All(Telltales, telltale => Assert.DoesNotContain(telltale, $"{failure.Message} {failure.Hint}", StringComparison.OrdinalIgnoreCase));
    }

    // What is not read as one file: a part of a layout or of a bundle's folder, and the agent's own state.
    private static bool MayBeAFolder(string verb) =>
        verb.Contains("index.json", StringComparison.Ordinal) || verb.EndsWith("manifest", StringComparison.Ordinal) || verb.EndsWith("kustomization", StringComparison.Ordinal)
        || verb.EndsWith("site.db", StringComparison.Ordinal);

    // As docs/scripts.md has it: broken input is 65, a broken configuration 78.
    private static int[] CodesOf(string verb, string content) => verb switch
    {
        "bundle inspect IN:index.json" => [content == "a folder" ? ExitCodes.Usage : ExitCodes.BadInput],
        "bundle lint IN:kustomization" or "bundle lint IN:manifest" => [ExitCodes.BadInput, ExitCodes.Ok], // an empty file is no fault
        "status -c CONFIG:state/site.db" => [ExitCodes.Unavailable], // no agent answers
        _ when verb.StartsWith("enroll", StringComparison.Ordinal) && (content is "empty" or "a folder") => [ExitCodes.Usage],
        _ when verb.Contains(" -c ", StringComparison.Ordinal) || verb.Contains("localhost", StringComparison.Ordinal) || verb.Contains("--policy", StringComparison.Ordinal) =>
            [ExitCodes.BadConfiguration],
        _ => [ExitCodes.BadInput],
    };

    public void Dispose() => _directory.Dispose();

    private string Bundle(string file, string content)
    {
        File.WriteAllText(Path.Combine(_directory.Path, "bundle.yaml"), "schema: edgesync.dev/bundle/v1\nname: shop\nversion: 1.0.0\ncomponents:\n- name: app\n  path: .\n");
        return Path.GetDirectoryName(Write(file, content))!;
    }

    private string Configuration(string broken, string content)
    {
        var path = Path.Combine(_directory.Path, "edgesync.yaml");
        File.WriteAllText(path, $$$"""
            site: a
            fleet: retail
            stateDirectory: {{{_directory.Path}}}/state
            runDirectory: {{{_directory.Path}}}/run
            trust: {releases: {keys: [key.pub]}, bundles: {keys: [key.pub]}}
            channels: [{name: stable, reference: localhost:1/retail/releases}]
            cluster: {kubeconfig: kubeconfig}
            """);
        using var key = SigningKey.Create("key");
        File.WriteAllText(Path.Combine(_directory.Path, "key.pub"), key.PublicKey.ToPem());
        File.WriteAllText(Path.Combine(_directory.Path, "kubeconfig"), "");
        Directory.CreateDirectory(Path.Combine(_directory.Path, "state"));
        File.Delete(Path.Combine(_directory.Path, broken));
        Write(broken, content);
        return path;
    }

    private string Layout(byte[] index)
    {
        File.WriteAllText(Path.Combine(_directory.Path, "oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}");
        File.WriteAllBytes(Path.Combine(_directory.Path, "index.json"), index);
        return _directory.Path;
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_directory.Path, name);
        if (Contents.TryGetValue(content, out var bytes))
        {
            File.WriteAllBytes(path, bytes);
        }
        else
        {
            Directory.CreateDirectory(path);
        }

        return path;
    }
}
