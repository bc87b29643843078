namespace EdgeSync.Testbed.Packages;

/// <summary>A package, and a file that shows that it (or another with the same content) is already installed.</summary>
public sealed record DebianPackage(string Name, params string[] AnyOfFiles)
{
    /// <summary>What compiles and links the NativeAOT binary.</summary>
    public static IReadOnlyList<DebianPackage> Publishing { get; } =
    [
        new("gcc", "/usr/bin/gcc"),
        new("libc6-dev", "/usr/include/stdio.h"),
        new("zlib1g-dev", "/usr/include/zlib.h"),
    ];

    /// <summary>What also cross-compiles it for arm64, and runs the result on this machine.</summary>
    public static IReadOnlyList<DebianPackage> ArmPublishing { get; } =
    [
        new("gcc-aarch64-linux-gnu", "/usr/bin/aarch64-linux-gnu-gcc"),
        new("libc6-dev-arm64-cross", "/usr/aarch64-linux-gnu/include/stdio.h"),
        new("qemu-user", "/usr/bin/qemu-aarch64"),
    ];

    /// <summary>Registry, broker, images, and the peers that Debian 12 has itself.</summary>
    public static IReadOnlyList<DebianPackage> Peers { get; } =
    [
        new("docker-registry", "/usr/bin/docker-registry"),
        new("mosquitto", "/usr/sbin/mosquitto"),
        new("mosquitto-clients", "/usr/bin/mosquitto_pub"),
        new("skopeo", "/usr/bin/skopeo"),
        new("libcurl3-gnutls", "/usr/lib/x86_64-linux-gnu/libcurl-gnutls.so.4"),
        new("busybox-static", "/usr/share/doc/busybox-static"),
    ];

    /// <summary>What a node runs on, besides Kubernetes' own programs.</summary>
    public static IReadOnlyList<DebianPackage> Node { get; } =
    [
        new("etcd-server", "/usr/bin/etcd"),
        new("containerd", "/usr/bin/containerd"),
        new("runc", "/usr/sbin/runc", "/usr/bin/runc"),
        new("containernetworking-plugins", "/usr/lib/cni/bridge", "/opt/cni/bin/bridge"),
        new("iproute2", "/usr/sbin/ip", "/usr/bin/ip", "/sbin/ip"),
        new("iptables", "/usr/sbin/iptables"),
        new("conntrack", "/usr/sbin/conntrack"),
        new("socat", "/usr/bin/socat"),
    ];

    /// <summary>What builds Kubernetes' own programs from Debian's source package.</summary>
    public static IReadOnlyList<DebianPackage> NodeBuild { get; } =
    [
        new("golang-go", "/usr/bin/go"),
        new("make", "/usr/bin/make"),
        new("rsync", "/usr/bin/rsync"),
        new("jq", "/usr/bin/jq"),
        new("gcc", "/usr/bin/gcc"),
        new("libc6-dev", "/usr/include/stdio.h"),
        new("dpkg-dev", "/usr/bin/dpkg-source"),
        new("golang-github-modern-go-reflect2-dev", "/usr/share/gocode/src/github.com/modern-go/reflect2"),
        new("golang-github-json-iterator-go-dev", "/usr/share/gocode/src/github.com/json-iterator/go"),
    ];

    /// <summary>The browser that looks at HQ's pages.</summary>
    public static IReadOnlyList<DebianPackage> Browser { get; } = [new("chromium", "/usr/bin/chromium")];

    public bool IsInstalled => AnyOfFiles.Any(Path.Exists);
}
