using System.Runtime.InteropServices;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// The machine's list of certificate authorities. .NET reads all of it before the first chain that it builds, also where pinned authorities alone count;
/// that takes longer than the rest of a verdict.
/// </summary>
internal static partial class MachineAuthorities
{
    private const string Nowhere = "/nonexistent";

    /// <summary>
    /// Lets the rest of this process do without the list, if it has not been read yet. For a verb that is done with TLS: who connects by the machine's list
    /// later finds nobody trusted.
    /// </summary>
    public static void LeaveOut()
    {
        // OpenSSL's own names. The runtime asks the C library for them, which knows nothing of what .NET sets in its environment.
        _ = SetEnvironment("SSL_CERT_DIR", Nowhere, overwrite: 1);
        _ = SetEnvironment("SSL_CERT_FILE", Nowhere, overwrite: 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
