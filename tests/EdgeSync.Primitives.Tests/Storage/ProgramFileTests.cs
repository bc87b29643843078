using EdgeSync.Primitives.Storage;
using EdgeSync.Testing;

namespace EdgeSync.Primitives.Tests.Storage;

public sealed class ProgramFileTests : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private readonly TempDirectory _folder = new();

    [Fact]
    public void Find_TakesTheFirstProgram_AndNoFolderAndNoOtherFile()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            Directory.CreateDirectory(_folder[name]);
        }

        Directory.CreateDirectory(Path.Combine(_folder["a"], "login"));
        File.WriteAllText(Path.Combine(_folder["b"], "login"), "");
        File.WriteAllText(Path.Combine(_folder["c"], "login"), "");
        File.SetUnixFileMode(Path.Combine(_folder["b"], "login"), UnixFileMode.UserRead);
        File.SetUnixFileMode(Path.Combine(_folder["c"], "login"), Executable);

        Assert.Equal(Path.Combine(_folder["c"], "login"), ProgramFile.Find("login", ["relative", _folder["none"], _folder["a"], _folder["b"], _folder["c"]]));
        Assert.Equal("it is a folder, and a file is expected", ProgramFile.FindFault(Path.Combine(_folder["a"], "login")));
        Assert.Equal("it is not executable", ProgramFile.FindFault(Path.Combine(_folder["b"], "login")));
        Assert.Equal("there is no such file", ProgramFile.FindFault(_folder["none"]));
        Assert.Null(ProgramFile.Find("login", [_folder["a"], _folder["b"]]));
    }

    public void Dispose() => _folder.Dispose();
}
