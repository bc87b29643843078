using System.Diagnostics;
using EdgeSync.Agent.Interlocks;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Interlocks;

public sealed class FileProbeTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly TempDirectory _folder = new();

    [Theory]
    [InlineData("present", true)]
    [InlineData("absent", false)]
    public async Task Ask_FileIsThere_OpensWherePresentIsWanted(string wish, bool isOpen)
    {
        File.WriteAllText(_folder["engine"], "");

        var answer = await AskAsync(new FileProbe(_folder["engine"], Enum.Parse<FileWish>(wish, ignoreCase: true)));

        Assert.Equal((isOpen, $"'{_folder["engine"]}' is there"), (answer.IsOpen, answer.Found));
    }

    [Theory]
    [InlineData("present", false)]
    [InlineData("absent", true)]
    [InlineData("content", false)]
    public async Task Ask_FileIsMissing_OpensWhereAbsentIsWanted(string wish, bool isOpen)
    {
        var answer = await AskAsync(new FileProbe(_folder["no/engine"], Enum.Parse<FileWish>(wish, ignoreCase: true), "off"));

        Assert.Equal((isOpen, $"'{_folder["no/engine"]}' is missing"), (answer.IsOpen, answer.Found));
    }

    [Theory]
    [InlineData("parked", nameof(ProbeVerdict.Open))]
    [InlineData(" parked\n", nameof(ProbeVerdict.Open))]
    [InlineData("Parked", nameof(ProbeVerdict.Closed))]
    [InlineData("parked again", nameof(ProbeVerdict.Closed))]
    [InlineData("", nameof(ProbeVerdict.Closed))]
    public async Task Ask_Content_IsComparedWithoutBlanksAtItsEnds(string text, string expected)
    {
        File.WriteAllText(_folder["mode"], text);

        Assert.Equal(expected, (await AskAsync(Content("mode"))).Verdict.ToString());
    }

    [Fact]
    public async Task Ask_OtherContent_IsQuotedOnOneLineAndShort()
    {
        File.WriteAllText(_folder["mode"], $"driving\n\u001b[31m{new string('x', 1000)}");

        var answer = await AskAsync(Content("mode"));

        Assert.Equal($"'{_folder["mode"]}' does not say 'parked'", answer.Found);
        Assert.Matches("^driving x+…$", answer.Said);
        Assert.True(answer.Said!.Length <= ProbeAnswer.MaxSaid);
    }

    [Fact]
    public async Task Ask_LargeFileFolderOrLinkToNowhere_IsNoAnswer()
    {
        File.WriteAllText(_folder["mode"], new string('x', FileProbe.MaxContent + 1));
        Directory.CreateDirectory(_folder["folder"]);
        File.CreateSymbolicLink(_folder["link"], _folder["nowhere"]);
        File.CreateSymbolicLink(_folder["circle"], _folder["circle"]);

        Assert.Contains("is larger than 4 KiB", await UnknownAsync(Content("mode")), StringComparison.Ordinal);
        Assert.Contains("is a folder", await UnknownAsync(Content("folder")), StringComparison.Ordinal);
        Assert.Contains("leads nowhere", await UnknownAsync(new FileProbe(_folder["link"], FileWish.Absent)), StringComparison.Ordinal);
        Assert.StartsWith("it cannot be asked: ", await UnknownAsync(new FileProbe(_folder["circle"], FileWish.Absent)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_PipeOrDevice_IsThereAndIsNotOpened()
    {
        using (var made = Process.Start("mkfifo", [_folder["pipe"]]))
        {
            await made.WaitForExitAsync();
        }

        Assert.True((await AskAsync(new FileProbe(_folder["pipe"], FileWish.Present))).IsOpen);
        Assert.Equal(ProbeVerdict.Closed, (await AskAsync(Content("pipe"))).Verdict);
        Assert.Equal(ProbeVerdict.Closed, (await AskAsync(new FileProbe("/dev/zero", FileWish.Content, "parked"))).Verdict);
    }

    public void Dispose() => _folder.Dispose();

    private FileProbe Content(string name) => new(_folder[name], FileWish.Content, "parked");

    private static async Task<string> UnknownAsync(FileProbe probe)
    {
        var answer = await AskAsync(probe);
        Assert.Equal(ProbeVerdict.Unknown, answer.Verdict);
        return answer.Found;
    }

    private static Task<ProbeAnswer> AskAsync(FileProbe probe) => probe.AskAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Bound);
}
