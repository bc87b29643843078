using System.Runtime.InteropServices;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// The machine's list of certificate authorities. .NET reads all of it before it builds the first chain, even if only pinned authorities are trusted;
/// that takes longer than the rest of a verification.
/// </summary>
internal static partial class MachineAuthorities
{
    private const string Nowhere = "/nonexistent";

    /// <summary>
    /// Keeps the rest of this process from reading the list, if it has not been read yet. Call it when the verb needs no more TLS connections: later ones would
    /// trust no authority of the machine.
    /// </summary>
    public static void LeaveOut()
    {
        // These are OpenSSL's variables. The runtime reads them through the C library, which does not see what .NET sets in its own copy of the environment.
        _ = SetEnvironment("SSL_CERT_DIR", Nowhere, overwrite: 1);
        _ = SetEnvironment("SSL_CERT_FILE", Nowhere, overwrite: 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
