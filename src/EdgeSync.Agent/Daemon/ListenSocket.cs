using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EdgeSync.Agent.Daemon;

/// <summary>Creates the sockets of the mirror and of the local API.</summary>
internal static class ListenSocket
{
    private const int IpLevel = 0;
    private const int FreeBind = 15;

    public static Socket Create(EndPoint endpoint) => endpoint switch
    {
        UnixDomainSocketEndPoint unix => CreateUnix(unix),
        IPEndPoint { AddressFamily: AddressFamily.InterNetwork } address when OperatingSystem.IsLinux() => CreateFreeBound(address),
        _ => SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint),
    };

    // A killed process leaves its socket behind, and binding to it would fail. Nobody uses it: this process holds the state lock.
    private static Socket CreateUnix(UnixDomainSocketEndPoint endpoint)
    {
        var path = endpoint.ToString();
        File.Delete(path);
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Binds before the machine has the address: at a cold boot even the loopback interface may be down, and the agent's other work does not wait for it. The
    // mirror answers as soon as the address exists.
    private static Socket CreateFreeBound(IPEndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetRawSocketOption(IpLevel, FreeBind, BitConverter.GetBytes(1));
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
