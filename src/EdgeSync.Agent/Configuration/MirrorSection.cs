using System.Net;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>mirror</c>: the read-only registry for this host's container runtime.</summary>
/// <param name="Listen">Address and port, always on loopback.</param>
internal sealed record MirrorSection(IPEndPoint Listen)
{
    public static readonly IPEndPoint Default = new(IPAddress.Loopback, 5555);

    public static MirrorSection Read(YamlSection reader)
    {
        if (reader.OptionalText("listen") is not { } text)
        {
            return new MirrorSection(Default);
        }

        if (!IPEndPoint.TryParse(text, out var listen) || listen.Port == 0)
        {
            reader.Fault("listen", $"'{text}' is no address with a port; write 127.0.0.1:5555");
        }
        else if (!IPAddress.IsLoopback(listen.Address))
        {
            reader.Fault("listen", $"'{text}' can be reached from outside; the mirror listens on loopback only, write 127.0.0.1:{listen.Port}");
        }
        else
        {
            return new MirrorSection(listen);
        }

        return new MirrorSection(Default);
    }
}
