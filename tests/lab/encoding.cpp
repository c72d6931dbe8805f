#include "tests/lab/encoding.hpp"

#include <sstream>

#include <Poco/Base64Encoder.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTMLForm.h>
#include <Poco/Net/MessageHeader.h>
#include <Poco/Net/MultipartReader.h>
#include <Poco/Net/NameValueCollection.h>
#include <Poco/Timestamp.h>

namespace emdia::lab {

std::string base64(std::string_view bytes) {
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    encoder.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    encoder.close();
    return out.str();
}

std::string http_date(Instant t) {
    return Poco::DateTimeFormatter::format(Poco::Timestamp(t.time_since_epoch().count() * 1000),
                                           Poco::DateTimeFormat::HTTP_FORMAT);
}

std::vector<FormPart> multipart(const std::string& content_type, const std::string& body) {
    std::string media_type;
    Poco::Net::NameValueCollection parameters;
    Poco::Net::MessageHeader::splitParameters(content_type, media_type, parameters);
    std::vector<FormPart> parts;
    std::istringstream stream(body);
    Poco::Net::MultipartReader reader(stream, parameters.get("boundary", ""));
    while (reader.hasNextPart()) {
        Poco::Net::MessageHeader header;
        reader.nextPart(header);
        std::string disposition;
        Poco::Net::NameValueCollection names;
        Poco::Net::MessageHeader::splitParameters(header.get("Content-Disposition", ""), disposition, names);
        parts.push_back(FormPart{names.get("name", ""), names.get("filename", ""), header.get("Content-Type", ""),
                                 std::string(std::istreambuf_iterator<char>(reader.stream()), {})});
    }
    return parts;
}

}  // namespace emdia::lab
