using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeSync.Oci.References;

namespace EdgeSync.Agent.Commands;

/// <summary>Arguments and options that name something in a registry.</summary>
internal static class ReferenceArgument
{
    /// <summary>A positional argument, <c>REFERENCE</c>.</summary>
    public static Argument<OciReference> Create(string description) => new("reference")
    {
        Description = description,
        HelpName = "REFERENCE",
        CustomParser = Parse,
    };

    /// <summary>A positional argument that names a repository, without tag or digest.</summary>
    public static Argument<OciReference> CreateRepository(string description)
    {
        var argument = Create(description);
        argument.HelpName = "REPOSITORY";
        argument.Validators.Add(result =>
        {
            if (result.GetValue(argument) is { } reference && (reference.Tag is not null || reference.Digest is not null))
            {
                result.AddError($"'{reference}' must be a repository, without tag or digest.");
            }
        });
        return argument;
    }

    /// <summary>An option that names something by digest.</summary>
    public static Option<OciReference> CreatePinnedOption(string name, string description)
    {
        var option = new Option<OciReference>(name)
        {
            Description = description,
            HelpName = "REPOSITORY@DIGEST",
            Required = true,
            CustomParser = Parse,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { Digest: null } reference)
            {
                result.AddError($"'{reference}' must have a digest ({name} registry/repository@sha256:…): a tag may point elsewhere tomorrow.");
            }
        });
        return option;
    }

    private static OciReference? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (OciReference.TryParse(text, out var reference))
        {
            return reference;
        }

        result.AddError($"'{text}' is not a reference: write registry/repository, with :tag or @sha256:… where asked.");
        return null;
    }
}
