namespace Braid.Channels;

/// <summary>A message the provider approved beforehand, for writing outside the reply window.</summary>
/// <param name="Status">The provider's word in lower case: `approved`, `paused`, ...; only approved ones can be sent.</param>
/// <param name="Body">The text with its blanks as the provider writes them: <c>Hello {{1}}</c> or <c>Hello {{first_name}}</c>.</param>
/// <param name="Header">The heading's text, null when there is none; a heading that is a picture or a file is named in <see cref="HeaderFormat"/>.</param>
/// <param name="BodyParameters">The blanks of the body in the order in which values are given: "1", "2" or their names.</param>
/// <param name="HeaderParameters">The same for the heading.</param>
public sealed record TemplateInfo(
    string Name,
    string Language,
    string Category,
    string Status,
    string Body,
    string? Header,
    IReadOnlyList<string> BodyParameters,
    IReadOnlyList<string> HeaderParameters)
{
    /// <summary>True when blanks go by name: then <see cref="OutboundTemplate.BodyParameterNames"/> must be given.</summary>
    public bool Named { get; init; }

    /// <summary>text, image, video, document, location; null without heading.</summary>
    public string? HeaderFormat { get; init; }
}

/// <summary>The templates can't be listed now; the message says why and what to do.</summary>
public sealed class TemplatesUnavailableException(string reason) : Exception(reason);
