using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Page.Views;

// The models are public, because the classes that RazorSlices generates for the templates are.

/// <summary>What every page has around its content.</summary>
/// <param name="Title">The title of the window.</param>
/// <param name="Site">The site.</param>
/// <param name="Fleet">Its fleet.</param>
/// <param name="Agent">The agent's version.</param>
/// <param name="Now">The site's time.</param>
/// <param name="Zone">The site's zone.</param>
public sealed record ShellModel(string Title, string Site, string Fleet, string Agent, DateTimeOffset Now, TimeZoneInfo Zone)
{
    /// <summary>Whether the caller may log out.</summary>
    public bool HasSession { get; init; }

    /// <summary>Whether the page follows the site while it is open.</summary>
    public bool IsLive { get; init; }

    /// <summary>Local text for a time.</summary>
    public PageClock Clock => new(Now, Zone);
}

/// <summary>The page where a browser shows its PIN.</summary>
/// <param name="Shell">Around it.</param>
/// <param name="Problem">Why the last try failed, or null.</param>
/// <param name="MayTry">Whether there is a PIN to try.</param>
public sealed record LoginModel(ShellModel Shell, string? Problem, bool MayTry);

/// <summary>A page with one message.</summary>
/// <param name="Shell">Around it.</param>
/// <param name="Heading">The message.</param>
/// <param name="Text">What to do.</param>
public sealed record MessageModel(ShellModel Shell, string Heading, string Text);

/// <summary>The page of the site.</summary>
public sealed record SiteModel
{
    public required ShellModel Shell { get; init; }

    public required SiteStatus Status { get; init; }

    public required SiteSummary Summary { get; init; }

    /// <summary>The newest acknowledgements, the newest first.</summary>
    public required IReadOnlyList<Acknowledgement> Entries { get; init; }

    public required IReadOnlyList<WindowWeek> Weeks { get; init; }

    public required bool HasHq { get; init; }

    /// <summary>The preflight that runs or ran last, or null.</summary>
    public PreflightView? Preflight { get; init; }

    /// <summary>What was entered, by the name of its field.</summary>
    public IReadOnlyDictionary<string, string> Entered { get; init; } = new Dictionary<string, string>();

    /// <summary>The form that was refused, or null.</summary>
    public FormProblem? Problem { get; init; }

    /// <summary>What a field shows.</summary>
    public string ValueOf(string field) => Entered.GetValueOrDefault(field, "");
}

/// <summary>Why a form was refused.</summary>
/// <param name="Form">Which.</param>
/// <param name="Message">Why.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record FormProblem(PageForm Form, string Message, string? Hint = null);

/// <summary>The forms of the page.</summary>
public enum PageForm
{
    Hold,
    Release,
    Preflight,
}
