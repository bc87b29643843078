namespace EdgeSync.Agent.Configuration;

/// <summary>What the sections of one configuration share while they are read.</summary>
internal sealed class ReadingContext(string folder, bool checkFiles)
{
    /// <summary>Relative paths begin here: the configuration file's folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Whether referenced files must be there.</summary>
    public bool CheckFiles { get; } = checkFiles;

    public List<ConfigurationFault> Faults { get; } = [];

    /// <summary>What is allowed but surely not meant.</summary>
    public List<ConfigurationFault> Warnings { get; } = [];

    /// <summary>Every key that was asked for, list places without number: <c>channels[].reference</c>.</summary>
    public SortedSet<string> KnownKeys { get; } = new(StringComparer.Ordinal);
}
