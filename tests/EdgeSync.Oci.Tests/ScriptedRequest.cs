namespace EdgeSync.Oci.Tests;

/// <summary>What a client sent to a <see cref="ScriptedServer"/>.</summary>
internal sealed record ScriptedRequest(string Method, string Path, ILookup<string, string> Headers)
{
    public string? Authorization => Headers["Authorization"].SingleOrDefault();
}
