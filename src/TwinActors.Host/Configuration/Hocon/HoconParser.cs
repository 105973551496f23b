using System.Collections.Immutable;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>
/// Parses HOCON by the public specification (comments, strings, concatenation, paths as keys, <c>+=</c>, substitutions,
/// includes) into a tree of definitions. Pure: included texts come from a delegate.
/// </summary>
internal sealed class HoconParser
{
    private readonly HoconCursor _cursor;
    private readonly HoconSource _source;
    private readonly HoconIncludes _includes;
    private readonly ObjectNode _root;
    private readonly HoconReference? _includedAt;
    private int _depth;

    private HoconParser(HoconSource source, HoconIncludes includes, ObjectNode root, HoconReference? includedAt)
    {
        _source = source;
        _cursor = new HoconCursor(source);
        _includes = includes;
        _root = root;
        _includedAt = includedAt;
    }

    /// <summary>Parses a text and puts its definitions over those that the root already has.</summary>
    /// <exception cref="HoconException">The text is not HOCON, or its root is an array.</exception>
    public static void ParseOver(ObjectNode root, HoconSource source, FindHoconInclude find)
        => new HoconParser(source, new HoconIncludes(source, find), root, null).ParseRoot(
            root, new HoconReference(root, []));

    /// <summary>Parses a text whose root may be an object or an array.</summary>
    /// <param name="source">The text.</param>
    /// <param name="find">Finds included texts.</param>
    /// <param name="root">The object from which substitutions start; empty when the text is an array.</param>
    /// <exception cref="HoconException">The text is not HOCON.</exception>
    public static HoconNode Parse(HoconSource source, FindHoconInclude find, out ObjectNode root)
    {
        root = new ObjectNode(new HoconOrigin(source.Source, 1, 1));
        var parser = new HoconParser(source, new HoconIncludes(source, find), root, null);
        parser._cursor.SkipLines();
        if (parser._cursor.Current != '[')
        {
            parser.ParseRoot(root, new HoconReference(root, []));
            return root;
        }

        var array = parser.ParseArray();
        parser.ExpectEnd();
        return array;
    }

    /// <summary>Parses a path that stands alone, such as the key of <c>-D key=value</c>.</summary>
    /// <exception cref="HoconException">It is not a path.</exception>
    public static ImmutableArray<string> ParsePath(HoconSource source)
    {
        var cursor = new HoconCursor(source);
        var path = HoconPath.Read(cursor);
        return cursor.AtEnd ? path : throw cursor.Fault(
            $"{cursor.Describe()} cannot stand in a path", "put the name in quotes");
    }

    private void ParseRoot(ObjectNode root, HoconReference place)
    {
        if (_source.Text.Length > HoconLimits.TextLength)
        {
            throw _cursor.Fault(
                $"the text has {_source.Text.Length} characters; the most that is read is {HoconLimits.TextLength}");
        }

        _cursor.SkipLines();
        switch (_cursor.Current)
        {
            case '{' when !_cursor.AtEnd:
                _cursor.Advance();
                ParseFields(root, place, isBraced: true);
                break;
            case '[':
                throw _cursor.Fault("the root is an array where an object is expected", "give the array a name");
            default:
                ParseFields(root, place, isBraced: false);
                break;
        }

        ExpectEnd();
    }

    private void ExpectEnd()
    {
        _cursor.SkipLines();
        if (!_cursor.AtEnd)
        {
            throw _cursor.Fault(
                $"nothing may follow the root, but there is {_cursor.Describe()}", "remove a closing bracket above?");
        }
    }

    private void ParseFields(ObjectNode target, HoconReference place, bool isBraced)
    {
        var opened = _cursor.Here;
        while (true)
        {
            _cursor.SkipLines();
            if (_cursor.AtEnd)
            {
                if (isBraced)
                {
                    throw HoconCursor.Fault(opened, "the object that begins here is not closed", "add }");
                }

                return;
            }

            if (_cursor.Current == '}' && isBraced)
            {
                _cursor.Advance();
                return;
            }

            if (_cursor.AtWord("include"))
            {
                ParseInclude(target, place);
            }
            else
            {
                ParseField(target, place);
            }

            ParseSeparator('}', isBraced);
        }
    }

    // A comma or a line break; one comma may follow the last element.
    private void ParseSeparator(char close, bool isClosed = true)
    {
        var isSeparated = _cursor.SkipLines();
        if (_cursor.Current == ',')
        {
            _cursor.Advance();
            _cursor.SkipLines();
            if (_cursor.Current == ',')
            {
                throw _cursor.Fault("there are two commas in a row", "remove one");
            }

            return;
        }

        if (!isSeparated && !_cursor.AtEnd && !(isClosed && _cursor.Current == close))
        {
            throw _cursor.Fault(
                $"a comma, a line break or {close} is expected, not {_cursor.Describe()}",
                "put special characters in quotes");
        }
    }

    private void ParseField(ObjectNode target, HoconReference place)
    {
        var start = _cursor.Here;
        var key = HoconPath.Read(_cursor);
        Enter(key.Length, start);
        _cursor.SkipLines();
        var self = place with { Path = place.Path.AddRange(key) };
        var value = _cursor.Current == '{' ? ParseValue(self) : ParseAssignment(key, self, start);
        target.Define(key.AsSpan(), value);
        _depth -= key.Length;
    }

    private HoconNode ParseAssignment(ImmutableArray<string> key, HoconReference self, HoconOrigin start)
    {
        var appends = _cursor.At("+=");
        if (!appends && _cursor.Current is not (':' or '='))
        {
            throw HoconCursor.Fault(
                start,
                $"the key {HoconPath.Render(key)} has no value: after it comes {_cursor.Describe()}",
                "write = and a value, or quote the special characters in the key");
        }

        _cursor.Advance(appends ? 2 : 1);
        _cursor.SkipLines();
        var value = ParseValue(self);
        if (!appends)
        {
            return value;
        }

        // a += b means a = ${?a} [b].
        var older = new SubstitutionNode([self], string.Join('.', self.Path), true, false, value.Origin);
        return new ConcatenationNode([older, new ArrayNode([value], value.Origin)]);
    }

    private HoconNode ParseValue(HoconReference? place)
    {
        var pieces = ImmutableArray.CreateBuilder<HoconNode>();
        while (true)
        {
            var before = _cursor.Here;
            var blank = _cursor.Blank();
            if (_cursor.AtEnd || _cursor.AtComment || _cursor.Current is '\n' or ',' or '}' or ']')
            {
                break;
            }

            if (blank.Length > 0 && pieces.Count > 0)
            {
                pieces.Add(new BlankNode(blank, before));
            }

            pieces.Add(ParsePiece(place));
        }

        return pieces.Count switch
        {
            0 => throw _cursor.Fault(
                $"a value is expected, not {_cursor.Describe()}", "write null or \"\" for nothing"),
            1 => pieces[0],
            _ => Join(pieces.ToImmutable()),
        };
    }

    private HoconNode ParsePiece(HoconReference? place)
    {
        var origin = _cursor.Here;
        switch (_cursor.Current)
        {
            case '{':
                _cursor.Advance();
                var opened = new ObjectNode(origin);
                ParseFields(opened, place ?? new HoconReference(opened, []), isBraced: true);
                return opened;
            case '[':
                return ParseArray();
            case '"':
                return new LiteralNode(new HoconText(_cursor.Quoted(), origin));
            case '$' when _cursor.At("${"):
                return ParseSubstitution(origin);
            default:
                return _cursor.AtUnquoted
                    ? new LiteralNode(HoconScalar.Read(_cursor.Unquoted(), origin))
                    : throw _cursor.Fault($"{_cursor.Describe()} cannot begin a value", "put it in quotes");
        }
    }

    // Elements of an array have no path: an object in an array is a root of its own for what it includes.
    private ArrayNode ParseArray()
    {
        var origin = _cursor.Here;
        Enter(1, origin);
        _cursor.Advance();
        var items = ImmutableArray.CreateBuilder<HoconNode>();
        while (true)
        {
            _cursor.SkipLines();
            if (_cursor.AtEnd)
            {
                throw HoconCursor.Fault(origin, "the array that begins here is not closed", "add ]");
            }

            if (_cursor.Current == ']')
            {
                _cursor.Advance();
                _depth--;
                return new ArrayNode(items.ToImmutable(), origin);
            }

            items.Add(ParseValue(null));
            ParseSeparator(']');
        }
    }

    private SubstitutionNode ParseSubstitution(HoconOrigin origin)
    {
        _cursor.Advance(2);
        var isOptional = _cursor.Current == '?';
        if (isOptional)
        {
            _cursor.Advance();
        }

        var path = HoconPath.Read(_cursor);
        var isList = _cursor.At("[]");
        if (isList)
        {
            _cursor.Advance(2);
        }

        if (_cursor.Current != '}')
        {
            throw _cursor.Fault(
                $"the substitution is not closed before {_cursor.Describe()}", "write ${path} or ${?path}");
        }

        _cursor.Advance();
        var fromRoot = new HoconReference(_root, path);
        ImmutableArray<HoconReference> places = _includedAt is { } at
            ? [at with { Path = at.Path.AddRange(path) }, fromRoot]
            : [fromRoot];
        return new SubstitutionNode(places, string.Join('.', path), isOptional, isList, origin);
    }

    private void ParseInclude(ObjectNode target, HoconReference place)
    {
        var origin = _cursor.Here;
        _cursor.Advance("include".Length);
        _cursor.Blank();
        var isRequired = Opens("required(");
        var kind = Opens("file(") ? HoconIncludeKind.File
            : Opens("url(") ? HoconIncludeKind.Url
            : Opens("classpath(") ? HoconIncludeKind.Classpath
            : HoconIncludeKind.Plain;
        if (_cursor.Current != '"')
        {
            throw _cursor.Fault(
                $"include needs a file name in quotes, not {_cursor.Describe()}",
                "write \"include\" in quotes when it is a key");
        }

        var name = _cursor.Quoted();
        Close(kind != HoconIncludeKind.Plain);
        Close(isRequired);
        foreach (var source in _includes.Find(new HoconInclude(kind, name, _source.Source), isRequired, origin))
        {
            _includes.Open(source, origin);
            var included = new ObjectNode(new HoconOrigin(source.Source, 1, 1));
            new HoconParser(source, _includes, _root, place) { _depth = _depth }.ParseRoot(included, place);
            _includes.Close();
            target.Include(included);
        }
    }

    private bool Opens(string form)
    {
        if (!_cursor.At(form))
        {
            return false;
        }

        _cursor.Advance(form.Length);
        _cursor.Blank();
        return true;
    }

    private void Close(bool isOpen)
    {
        if (!isOpen)
        {
            return;
        }

        _cursor.Blank();
        if (_cursor.Current != ')')
        {
            throw _cursor.Fault($"the include is not closed before {_cursor.Describe()}", "add )");
        }

        _cursor.Advance();
    }

    private static HoconNode Join(ImmutableArray<HoconNode> pieces)
    {
        if (!pieces.All(piece => piece is LiteralNode or BlankNode))
        {
            return new ConcatenationNode(pieces);
        }

        var text = string.Concat(pieces.Select(piece => piece is LiteralNode literal
            ? literal.Value.ScalarText
            : ((BlankNode)piece).Text));
        return new LiteralNode(new HoconText(text, pieces[0].Origin));
    }

    private void Enter(int levels, HoconOrigin origin)
    {
        _depth += levels;
        if (_depth > HoconLimits.Depth)
        {
            throw HoconCursor.Fault(origin, $"values are nested deeper than {HoconLimits.Depth} levels");
        }
    }
}
