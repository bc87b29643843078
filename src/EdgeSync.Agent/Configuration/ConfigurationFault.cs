namespace EdgeSync.Agent.Configuration;

/// <summary>One thing that is wrong in the configuration.</summary>
/// <param name="Where"><c>file:line:column</c>, or the name of the environment variable.</param>
/// <param name="Key">The full key, <c>channels[0].reference</c>; empty when it is about the whole file.</param>
/// <param name="Problem">What is wrong and what to write instead.</param>
internal sealed record ConfigurationFault(string Where, string Key, string Problem)
{
    public override string ToString() => Key.Length == 0 ? $"{Where}: {Problem}" : $"{Where}: {Key}: {Problem}";
}
