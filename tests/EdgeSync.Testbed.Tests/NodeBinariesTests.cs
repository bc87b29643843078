using System.Security.Cryptography;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testing;

namespace EdgeSync.Testbed.Tests;

public sealed class NodeBinariesTests : IDisposable
{
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
    private readonly TempDirectory _folder = new();
    private readonly NodeBinaries _binaries;

    // This script replaces kube-from-debian.sh: it "builds" programs that print a version, and records them as the real one does.
    public NodeBinariesTests()
    {
        File.WriteAllText(_folder["build.sh"], """
            set -e
            target=$1; recipe=$2; shift 2
            for program in "$@"; do
              echo "building $program"
              printf '#!/bin/sh\necho Kubernetes v1.20.2\n' >"$target/$program"
              chmod +x "$target/$program"
              echo "$(sha256sum <"$target/$program" | cut -d ' ' -f 1) $recipe" >"$target/$program.built"
            done
            [ ! -e "$target/fail" ]
            """);
        _binaries = new NodeBinaries(Directory.CreateDirectory(_folder["programs"]).FullName, _folder["build.sh"]);
    }

    public void Dispose() => _folder.Dispose();

    [PeerFact]
    public async Task FindUnusable_NothingBuilt_IsAllInTheOrderOfStart()
    {
        Assert.Equal(["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"], await _binaries.FindUnusableAsync(CancellationToken.None));
    }

    [PeerFact]
    public async Task Build_All_ReportsEachProgramAndTheTime()
    {
        var lines = new List<string>();

        await _binaries.BuildAsync(NodeBinaries.Programs, lines.Add, CancellationToken.None);

        Assert.Empty(await _binaries.FindUnusableAsync(CancellationToken.None));
        Assert.All(NodeBinaries.Programs, p => Assert.Contains(lines, l => l.EndsWith($"building {p}", StringComparison.Ordinal)));
        Assert.StartsWith("built the node's programs in ", lines[^1], StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Build_Fails_SaysWhereTheLogsAre()
    {
        File.WriteAllText(_folder["programs/fail"], "");

        var failure = await Assert.ThrowsAsync<TestbedException>(() => _binaries.BuildAsync(["kubelet"], _ => { }, CancellationToken.None));

        Assert.Equal("NodeNotBuilt", failure.Reason);
        Assert.Contains("build.log", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task FindUnusable_ProgramWasTruncated_NamesIt()
    {
        await _binaries.BuildAsync(NodeBinaries.Programs, _ => { }, CancellationToken.None);
        using (var file = File.OpenWrite(_folder["programs/kube-scheduler"]))
        {
            file.SetLength(10);
        }

        Assert.Equal(["kube-scheduler"], await _binaries.FindUnusableAsync(CancellationToken.None));
    }

    [PeerFact]
    public async Task FindUnusable_ProgramOfAnOlderRecipe_NamesIt()
    {
        await _binaries.BuildAsync(NodeBinaries.Programs, _ => { }, CancellationToken.None);
        File.WriteAllText(_folder["programs/kubelet.built"], $"{Hash("kubelet")} kubernetes-1.20.2-0\n");

        Assert.Equal(["kubelet"], await _binaries.FindUnusableAsync(CancellationToken.None));
    }

    [PeerTheory]
    [InlineData("#!/bin/sh\nexit 1\n")]
    [InlineData("#!/bin/sh\necho Kubernetes v1.19.0\n")]
    [InlineData("\u007fELF")]
    public async Task FindUnusable_NoRecordAndDoesNotTellItsVersion_NamesIt(string content)
    {
        await _binaries.BuildAsync(NodeBinaries.Programs, _ => { }, CancellationToken.None);
        File.WriteAllText(_folder["programs/kubelet"], content);
        File.Delete(_folder["programs/kubelet.built"]);

        Assert.Equal(["kubelet"], await _binaries.FindUnusableAsync(CancellationToken.None));
    }

    [PeerFact]
    public async Task FindUnusable_NoRecordButTellsItsVersion_IsRecorded()
    {
        await _binaries.BuildAsync(NodeBinaries.Programs, _ => { }, CancellationToken.None);
        File.Delete(_folder["programs/kubelet.built"]);

        Assert.Empty(await _binaries.FindUnusableAsync(CancellationToken.None));

        Assert.Equal($"{Hash("kubelet")} {NodeBinaries.Recipe}", File.ReadAllText(_folder["programs/kubelet.built"]).Trim());
        Assert.True(File.GetUnixFileMode(_folder["programs/kubelet"]).HasFlag(Executable));
    }

    private string Hash(string program) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder[$"programs/{program}"])));
}
