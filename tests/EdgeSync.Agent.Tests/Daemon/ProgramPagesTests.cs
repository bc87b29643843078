using EdgeSync.Agent.Daemon;

namespace EdgeSync.Agent.Tests.Daemon;

public sealed class ProgramPagesTests
{
    private const string Smaps = """
        1000-3000 r--p 00000000 fe:00 5431500                    /usr/bin/edgesync
        Size:                  8 kB
        Anonymous:             0 kB
        VmFlags: rd mr mw me sd
        3000-9000 r-xp 00002000 fe:00 5431500                    /usr/bin/edgesync
        Anonymous:             0 kB
        9000-a000 r--p 00008000 fe:00 5431500                    /usr/bin/edgesync
        Anonymous:             4 kB
        a000-b000 rw-p 00009000 fe:00 5431500                    /usr/bin/edgesync
        Anonymous:             0 kB
        b000-c000 rw-p 00000000 00:00 0
        Anonymous:             0 kB
        c000-d000 r-xp 00000000 fe:00 77                         /usr/lib/libc.so.6
        Anonymous:             0 kB
        d000-e000 r-xp 00000000 fe:00 5431500                    /usr/bin/edgesync (deleted)
        Anonymous:             0 kB
        e000-f000 r--s 00000000 fe:00 5431500                    /usr/bin/edgesync
        Anonymous:             0 kB
        """;

    [Fact]
    public void FindUnchanged_AllKindsOfMappings_ReturnsThoseThatCanBeReadAgain() =>
        Assert.Equal([(0x1000, 0x3000), (0x3000, 0x9000)], ProgramPages.FindUnchanged(Smaps.Split('\n'), "/usr/bin/edgesync"));
}
