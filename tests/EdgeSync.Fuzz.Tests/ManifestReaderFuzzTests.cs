using System.Text;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Fuzz.Tests;

/// <summary>Hostile YAML ends in objects or in faults with a place, and in nothing else.</summary>
public sealed class ManifestReaderFuzzTests
{
    private const int Rounds = 4_000;

    private static readonly string[] Pieces =
    [
        "apiVersion: v1\n", "kind: ConfigMap\n", "metadata: {name: a}\n", "items:\n- ", "a: ", "- ", "? ", ": ", "\n", "\n  ", "\t", "---\n", "...\n", "|\n  x", ">-\n",
        "&a ", "*a", "<<: *a\n", "!!binary ", "!!str ", "!x ", "[", "]", "{", "}", ",", "\"", "'", "\\", "#", "%YAML 1.1\n", "{{ .x }}", "0o17", "1e999", ".inf",
        "\uFEFF", "\0", "\u0085", "\uD83D\uDE00", "\r", "y: ", "~: ", "@", "`",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Read_GeneratedText_GivesObjectsOrFaultsInsideTheFile(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            Check(Encoding.UTF8.GetBytes(text), $"seed {seed}, round {round}: {text}");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20261122)]
    public void Read_DamagedManifest_GivesObjectsOrFaultsInsideTheFile(int seed)
    {
        var good = Encoding.UTF8.GetBytes("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {x: \"1\"}\ndata:\n  k: |\n    one\n    two\n  l: 'x'\n");
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = good.ToArray();
            for (var damage = random.Next(1, 5); damage > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Check(bytes, $"seed {seed}, round {round}");
        }
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
