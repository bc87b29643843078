namespace EdgeSync.Contracts;

/// <summary>Where the cause of a reason lies.</summary>
public enum ReasonKind
{
    /// <summary>With the bundle or its release: only another one helps.</summary>
    Bundle,

    /// <summary>With the site, its cluster or its trust: the release is good and waits.</summary>
    Site,

    /// <summary>With the link, or with who answers at its other end: registry, broker, HQ.</summary>
    Link,
}

/// <summary>One reason code.</summary>
/// <param name="Code">The code.</param>
/// <param name="Kind">Where the cause lies.</param>
/// <param name="Means">What it means, in one sentence.</param>
/// <param name="Agent">What the agent does.</param>
/// <param name="Person">What a person does.</param>
public sealed record ReasonEntry(string Code, ReasonKind Kind, string Means, string Agent, string Person);
