namespace EdgeSync.Kubernetes.Hooks;

/// <summary>When a <see cref="Hook"/> runs.</summary>
public enum HookMoment
{
    /// <summary>Before anything else of the bundle is written, apart from what the hook itself needs.</summary>
    PreActivate,

    /// <summary>Once all objects are healthy, and before the bundle counts as healthy.</summary>
    PostActivate,

    /// <summary>After the bundle has failed, and before the one that ran before is written back.</summary>
    OnRollback,

    /// <summary>In a preflight, as a check of what runs. It belongs to no activation, and its Job is deleted afterwards.</summary>
    Preflight,
}

/// <summary>The names of the moments in manifests.</summary>
public static class HookMoments
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["pre-activate", "post-activate", "on-rollback", "preflight"];

    /// <summary>The name of a moment.</summary>
    public static string Name(this HookMoment moment) => Names[(int)moment];

    /// <summary>The moment of this name, or null.</summary>
    public static HookMoment? Find(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
            {
                return (HookMoment)i;
            }
        }

        return null;
    }
}
