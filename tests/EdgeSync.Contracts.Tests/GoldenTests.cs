using System.Text;
using System.Text.Json;

namespace EdgeSync.Contracts.Tests;

/// <summary>
/// What is on the wire stays on the wire: sites and HQ of different versions talk to each other. To change a golden file on purpose, run the
/// tests once with EDGESYNC_WRITE_GOLDEN set to this project's Golden folder.
/// </summary>
public sealed class GoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Names => [.. WireSamples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_FullMessage_IsTheGoldenFile(string name)
    {
        var actual = Indent(WireSamples.All[name].Json);
        if (Environment.GetEnvironmentVariable("EDGESYNC_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, name + ".json"), actual);
        }

        Assert.Equal(File.ReadAllText(Path.Combine(Folder, name + ".json")), actual);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_GoldenFile_LosesNothing(string name)
    {
        var golden = File.ReadAllBytes(Path.Combine(Folder, name + ".json"));

        Assert.Equal(Indent(golden), Indent(WireSamples.All[name].ReadAndWrite(golden)));
    }

    [Fact]
    public void Folder_EveryFile_HasItsMessage() =>
        Assert.Equal(WireSamples.All.Keys.Order(), Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order());

    private static string Indent(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
