using System.Text;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Fuzz.Tests;

/// <summary>Hostile YAML ends in objects or in faults with a place, and in nothing else.</summary>
public sealed class ManifestReaderFuzzTests
{
    private static readonly string[] Pieces =
    [
        "apiVersion: v1\n", "kind: ConfigMap\n", "metadata: {name: a}\n", "items:\n- ", "a: ", "- ", "? ", ": ", "\n", "\n  ", "\t", "---\n", "...\n", "|\n  x", ">-\n",
        "&a ", "*a", "<<: *a\n", "!!binary ", "!!str ", "!x ", "[", "]", "{", "}", ",", "\"", "'", "\\", "#", "%YAML 1.1\n", "{{ .x }}", "0o17", "1e999", ".inf",
        "\uFEFF", "\0", "\u0085", "\uD83D\uDE00", "\r", "y: ", "~: ", "@", "`",
    ];

    [Fact]
    public void Read_GeneratedText_GivesObjectsOrFaultsInsideTheFile() => FuzzRun.Repeat(random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        Check(Encoding.UTF8.GetBytes(text), text);
    });

    [Fact]
    public void Read_DamagedManifest_GivesObjectsOrFaultsInsideTheFile()
    {
        var good = Encoding.UTF8.GetBytes("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {x: \"1\"}\ndata:\n  k: |\n    one\n    two\n  l: 'x'\n");
        ByteFuzzer.Run(good, Pieces, bytes => Check(bytes, "a damaged manifest"));
    }

    private static void Check(byte[] input, string what)
    {
        try
        {
            Assert.All(ManifestReader.Read(input, "f"), item => Assert.NotEmpty(item.Name));
        }
        catch (ManifestException failure)
        {
            var lines = input.Count(b => b is (byte)'\n' or (byte)'\r') + 2;
            Assert.All(failure.Faults, fault => Assert.True(fault.Line >= 1 && fault.Line <= lines && fault.Column >= 1, $"{what}: {fault}"));
        }
    }
}
