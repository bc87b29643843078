using Microsoft.AspNetCore.Html;

namespace EdgeSync.Agent.Page.Views;

/// <summary>The icons, as on HQ's pages. Each state has its own shape, so that no state depends on colour alone.</summary>
internal static class PageIcon
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["check"] = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5.2-4.3 4.6a.8.8 0 0 1-1.2 0L4.4 9a.8.8 0 1 1 1.2-1.1l1.1 1.2 3.7-4a.8.8 0 0 1 1.2 1.1Z",
        ["cross"] = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm2.9 8.8a.8.8 0 0 1-1.1 1.1L8 9.1l-1.8 1.8a.8.8 0 0 1-1.1-1.1L6.9 8 5.1 6.2a.8.8 0 0 1 1.1-1.1L8 6.9l1.8-1.8a.8.8 0 0 1 1.1 1.1L9.1 8l1.8 1.8Z",
        ["alert"] = "M8 1.2c.5 0 .9.3 1.2.7l5.6 10.3c.5.9-.2 2-1.2 2H2.4c-1 0-1.7-1.1-1.2-2L6.8 1.9c.3-.4.7-.7 1.2-.7ZM8 5c-.5 0-.9.4-.8.9l.2 3.3a.6.6 0 0 0 1.2 0l.2-3.3C8.9 5.4 8.5 5 8 5Zm0 5.7a.9.9 0 1 0 0 1.8.9.9 0 0 0 0-1.8Z",
        ["arrow"] = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm.6 3.4 3 3a.8.8 0 0 1 0 1.2l-3 3a.8.8 0 0 1-1.1-1.2l1.6-1.6H4.8a.8.8 0 0 1 0-1.6h4.3L7.5 5.6a.8.8 0 0 1 1.1-1.2Z",
        ["clock"] = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2.6c.4 0 .8.4.8.8v3.3l2 1.9a.8.8 0 0 1-1.1 1.1L7.4 8.6a.8.8 0 0 1-.2-.6V4.4c0-.4.4-.8.8-.8Z",
        ["dash"] = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM5 7.2h6a.8.8 0 0 1 0 1.6H5a.8.8 0 0 1 0-1.6Z",
        ["back"] = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM7 4 4.2 6.8 7 9.6V7.6h2.2a1.2 1.2 0 0 1 0 2.4H7v1.6h2.2a2.8 2.8 0 0 0 0-5.6H7Z",
        ["pause"] = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM5.6 5h1.8v6H5.6V5Zm3 0h1.8v6H8.6V5Z",
    };

    /// <summary>The icon as an element that screen readers leave out; nothing of it comes from outside.</summary>
    public static HtmlString Of(string name) =>
        new($"""<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><path d="{Paths[name]}" fill-rule="evenodd"/></svg>""");
}
