namespace EdgeSync.Build;

/// <summary>The paths of the repository, independent of the working directory.</summary>
internal sealed class Repository
{
    private Repository(string root) => Root = root;

    public string Root { get; }

    public string Solution => this["EdgeSync.sln"];

    public string AgentProject => this["src/EdgeSync.Agent"];

    /// <summary>Where <c>dotnet publish</c> puts the agent's binary for a runtime identifier.</summary>
    public string BinaryFor(string runtime) => this[$"artifacts/publish/EdgeSync.Agent/release_{runtime}/edgesync"];

    public string this[string path] => Path.Combine(Root, path);

    /// <summary>The folder above the build program that holds the solution.</summary>
    public static Repository Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EdgeSync.sln")))
            {
                return new Repository(folder.FullName);
            }
        }

        throw new BuildException($"No EdgeSync.sln above {AppContext.BaseDirectory}.");
    }
}
