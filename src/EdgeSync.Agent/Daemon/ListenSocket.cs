using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Listens on an address before the machine has it: at a cold boot not even the loopback interface need be up, and the agent's other work does
/// not wait for it. The mirror answers from the moment that the address is there.
/// </summary>
internal static class ListenSocket
{
    private const int IpLevel = 0;
    private const int FreeBind = 15;

    public static Socket Create(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint { AddressFamily: AddressFamily.InterNetwork } address || !OperatingSystem.IsLinux())
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }

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
