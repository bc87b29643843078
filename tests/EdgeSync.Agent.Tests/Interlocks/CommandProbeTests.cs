using System.Globalization;
using EdgeSync.Agent.Interlocks;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Interlocks;

/// <summary>Real programs.</summary>
public sealed class CommandProbeTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly TempDirectory _folder = new();

    [Theory]
    [InlineData("exit 0", 0, true)]
    [InlineData("exit 3", 3, true)]
    [InlineData("exit 3", 0, false)]
    [InlineData("exit 0", 3, false)]
    [InlineData("kill -9 $$", 0, false)]
    public async Task Ask_ExitCode_Decides(string script, int wanted, bool isOpen) => Assert.Equal(isOpen, (await AskAsync(script, wanted)).IsOpen);

    [Fact]
    public async Task Ask_Closed_QuotesItsOutputElseItsErrorsOnOneLine()
    {
        var printed = await AskAsync("printf 'two sales\\n\\033[31mare open'; echo no >&2; exit 1");
        var complained = await AskAsync("echo no till >&2; exit 1");

        Assert.Equal((ProbeVerdict.Closed, "'/bin/sh' ended with exit code 1, not 0", "two sales are open"), (printed.Verdict, printed.Found, printed.Said));
        Assert.Equal("no till", complained.Said);
    }

    [Fact]
    public async Task Ask_NoShellAndNoInput()
    {
        var echoed = await new CommandProbe("/bin/echo", ["$HOME;", "`id`"], exitCode: 1, Timeout).AskAsync(TimeProvider.System, CancellationToken.None);
        var read = await new CommandProbe("/bin/cat", [], exitCode: 0, Timeout).AskAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Bound);

        Assert.Equal("$HOME; `id`", echoed.Said);
        Assert.True(read.IsOpen);
    }

    [Fact]
    public async Task Ask_MuchOutput_IsReadAndCut()
    {
        var answer = await AskAsync("head -c 3000000 /dev/zero | tr '\\0' x; exit 1");

        Assert.Equal(ProbeVerdict.Closed, answer.Verdict);
        Assert.Equal(ProbeAnswer.MaxSaid, answer.Said!.Length);
    }

    [Fact]
    public async Task Ask_HangsWithChildrenAndEndlessOutput_IsEndedWithAllOfThem()
    {
        var answer = await AskAsync($"(echo $BASHPID; exec sleep 300) & echo $! > {_folder["child"]}; yes | cat >&2", timeout: TimeSpan.FromSeconds(1));

        Assert.Equal((ProbeVerdict.Unknown, "it cannot be asked: '/bin/sh' did not end within 1s and was ended"), (answer.Verdict, answer.Found));
        var child = int.Parse(await File.ReadAllTextAsync(_folder["child"]), CultureInfo.InvariantCulture);
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (IsAlive(child))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bound.Token);
        }
    }

    [Fact]
    public async Task Ask_ChildLeftInTheBackground_IsNotWaitedFor()
    {
        var answer = await AskAsync($"sleep 300 & echo $! > {_folder["child"]}; echo done; exit 0");

        Assert.True(answer.IsOpen);
        using var left = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(_folder["child"]), CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task Ask_NoProgram_SaysWhy()
    {
        File.WriteAllText(_folder["text"], "no program");
        File.WriteAllText(_folder["script"], "no program");
        File.SetUnixFileMode(_folder["script"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.EndsWith("cannot be run: there is no such file", (await AskProgramAsync(_folder["none"])).Found, StringComparison.Ordinal);
        Assert.EndsWith("cannot be run: it is not executable", (await AskProgramAsync(_folder["text"])).Found, StringComparison.Ordinal);
        Assert.Equal(ProbeVerdict.Unknown, (await AskProgramAsync(_folder["script"])).Verdict);
        Assert.Equal(ProbeVerdict.Unknown, (await AskProgramAsync(_folder.Path)).Verdict);
    }

    [Fact]
    public async Task Ask_Cancelled_EndsTheProgram()
    {
        using var stop = new CancellationTokenSource();
        var asking = new CommandProbe("/bin/sh", ["-c", $"echo $$ > {_folder["own"]}; exec sleep 300"], 0, Timeout).AskAsync(TimeProvider.System, stop.Token);
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!File.Exists(_folder["own"]) || new FileInfo(_folder["own"]).Length == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bound.Token);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        var own = int.Parse(await File.ReadAllTextAsync(_folder["own"]), CultureInfo.InvariantCulture);
        while (IsAlive(own))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bound.Token);
        }
    }

    public void Dispose() => _folder.Dispose();

    // One that nobody has waited for yet is no longer alive.
    private static bool IsAlive(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Split(") ", 2)[1].StartsWith('Z');

    private static Task<ProbeAnswer> AskProgramAsync(string program) => new CommandProbe(program, [], 0, Timeout).AskAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Bound);

    private static Task<ProbeAnswer> AskAsync(string script, int exitCode = 0, TimeSpan? timeout = null) =>
        new CommandProbe("/bin/sh", ["-c", script], exitCode, timeout ?? Timeout).AskAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Bound);
}
